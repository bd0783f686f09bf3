import { answerWords, formatCount, formatPercent, thingsOf } from '@grokscope/figures';
import type { RunSpec } from '@grokscope/schema';
import type { Chance } from './chance.js';
import { LUCK } from './chance.js';
import type { Judgement } from './judgement.js';
import type { RunView } from '../run/run-state.js';
import { signWords, waveList } from './sign-words.js';
import { spikeStep } from '../plot/spike.js';
import { pairCounts } from './task-words.js';
import type { Waves } from '../plot/waves.js';

/** One sentence of the story; the emphasised one is new. */
export interface Sentence {
  readonly text: string;
  readonly strong?: boolean;
}

/** The input of the sentences: the run as known at the displayed step, and the judgement of its curves. */
export interface StoryInput {
  readonly known: RunView;
  readonly spec: RunSpec;
  readonly chance: Chance;
  readonly judgement: Judgement;
  /** The frequencies to mention. */
  readonly waves: Waves;
}

type Of<K extends Judgement['kind']> = Extract<Judgement, { readonly kind: K }>;

/** "No sign of understanding" is stated from this step on, and from 20 times the step of memorisation. */
const LATE = 2000;
/** From here on the rest of the way is short. */
const NEARLY = 0.9;
/** Below this training accuracy, the examples are no longer known by heart. */
const KEPT = 0.95;
/** The accuracy that counts as known. */
const KNOWN = '99\u00a0%';

const step = (value: number): string => `step ${formatCount(value)}`;
const share = (value: number): string => formatPercent(value);
const plain = (text: string): Sentence => ({ text });
const strong = (text: string): Sentence => ({ text, strong: true });

/** The same sentences with none of them emphasised. */
export const calm = (sentences: readonly Sentence[]): Sentence[] => sentences.map(({ text }) => ({ text }));

/** An accuracy beside that of guessing: `no better than guessing: 1.1 % right, where chance gives 0.9 %`. */
const besideChance = (right: number, { share: guess, luck }: Chance): string => {
  const how = right < guess - luck ? 'worse' : right <= guess + luck / LUCK ? 'no better' : 'little better';
  return `${how} than guessing: ${share(right)} right, where chance gives ${share(guess)}`;
};

/**
 * `It learnt its 3,830 pairs by heart by step 70.`, unless it knew the others too; and how much of it is lost again.
 */
const byHeart = ({ known, spec }: StoryInput, memorized: number, isByHeart = true): string => {
  const count = formatCount(pairCounts(spec).train);
  const how = isByHeart ? ' by heart' : '';
  const learnt = `It learnt its ${count} ${thingsOf(spec.task).many}${how} by ${step(memorized)}.`;
  const kept = known.latest?.trainAccuracy ?? 1;
  return kept < KEPT ? `${learnt} Now it gets only ${share(kept)} of what it trains on right.` : learnt;
};

const noSign = ({ known, spec }: StoryInput): Sentence => {
  const pressure =
    spec.optimizer.weightDecay === 0 ? '; without weight decay there is no pressure to forget the table' : '';
  return strong(`No sign of understanding by ${step(known.step)}${pressure}.`);
};

const guessingWords = (told: StoryInput, { memorized, test }: Of<'guessing'>): Sentence[] => {
  const { known, chance, waves } = told;
  const heart = byHeart(told, memorized);
  const guesses = `On the others it does ${besideChance(test.share, chance)}.`;
  const signs = signWords(known, waves);
  if (signs !== null) return [plain(`${heart} ${guesses}`), strong(signs)];
  if (known.step >= Math.max(LATE, 20 * memorized)) return [plain(`${heart} ${guesses}`), noSign(told)];
  return [strong(heart), plain(guesses)];
};

const steadyWords = (told: StoryInput, { test, before }: Of<'partly'>): string => {
  const was = before.step < test.step ? `; at ${step(before.step)} it was ${share(before.share)}` : '';
  const things = thingsOf(told.spec.task);
  return test.share >= NEARLY
    ? `It has nearly understood: ${share(test.share)} of ${things.that('it has never seen')} are right${was}.`
    : `It gets ${share(test.share)} of the others right, where chance gives ${share(told.chance.share)}${was}.`;
};

const risingWords = ({ spec }: StoryInput, { test, before }: Of<'partly'>): string => {
  const up = `up from ${share(before.share)} at ${step(before.step)}`;
  const unseen = `${share(test.share)} of ${thingsOf(spec.task).that('it has never seen')} are right, ${up}.`;
  if (test.share >= NEARLY) return `It has nearly understood: ${unseen}`;
  if (test.share >= 0.5) return `It is beginning to understand: ${unseen}`;
  return `It is getting better on the others: ${share(test.share)} right, ${up}.`;
};

const partlyWords = (told: StoryInput, judgement: Of<'partly'>): Sentence[] => {
  const { memorized, test, trend, before } = judgement;
  const heart = plain(byHeart(told, memorized, judgement.byHeart));
  if (trend === 'fallen') {
    const was = `after ${share(before.share)} at ${step(before.step)}`;
    return [heart, strong(`On the others it has fallen back: ${share(test.share)} right, ${was}.`)];
  }
  const now = trend === 'rising' ? risingWords(told, judgement) : steadyWords(told, judgement);
  const signs = test.share >= 0.5 ? null : signWords(told.known, told.waves);
  return signs === null ? [heart, strong(now)] : [heart, plain(now), strong(signs)];
};

/** Where it last fell back, having understood; nothing where it never did. */
const fallWords = ({ known }: StoryInput, holds: boolean): readonly Sentence[] => {
  const last = known.history.falls.at(-1);
  if (last === undefined) return [];
  const times = known.history.falls.length === 1 ? '' : 'last ';
  const since = holds ? ', and has recovered since' : '';
  return [plain(`It ${times}fell back at ${step(last.step)}, to ${share(last.testAccuracy)} right${since}.`)];
};

const understoodWords = (told: StoryInput, judgement: Of<'understood'>): Sentence[] => {
  const { spec, waves } = told;
  const { memorized, generalized, test, way, atMemorized, guessedUntil, holds } = judgement;
  const things = thingsOf(spec.task);
  const unseen = `${share(test.share)} of ${things.of('unseen')} are right`;
  if (memorized === null) return [strong(`It understood as it learnt: ${unseen}.`)];
  const list = waveList(waves);
  const now = holds
    ? strong(`Now it has understood: ${unseen}.`)
    : strong(`It had understood by ${step(generalized)}; now ${unseen}.`);
  const rest = [...(list === null ? [] : [plain(list)]), ...fallWords(told, holds), now];
  if (way === 'at once') {
    const both = `it knew the ${things.many} it trains on by ${step(memorized)} and unseen ones by ${step(generalized)}`;
    return [plain(`It understood as it learnt: ${both}.`), ...rest];
  }
  const path =
    way === 'after guessing'
      ? `On the others it did little better than guessing until ${step(guessedUntil ?? memorized)}; after that it improved, to ${KNOWN} by ${step(generalized)}.`
      : `It got ${share(atMemorized?.share ?? 0)} of the others right at that point, and the rest followed gradually, to ${KNOWN} by ${step(generalized)}.`;
  return [plain(byHeart(told, memorized, judgement.byHeart)), plain(path), ...rest];
};

const learntSoFar = (told: StoryInput, { train, test, guesses, apart }: Of<'learning'>): Sentence => {
  const { spec, chance } = told;
  const seen = thingsOf(spec.task).that('it trains on');
  if (guesses) return strong(`On ${seen} it does ${besideChance(train.share, chance)}.`);
  const unseen = test === null ? '.' : `, and ${share(test.share)} of those it has never seen.`;
  return strong(
    `It is learning${apart ? ' by heart' : ''}: ${share(train.share)} of ${seen} are right${unseen}`,
  );
};

const endlessWords = ({ spec, chance }: StoryInput, { test, learnt, guesses }: Of<'endless'>): Sentence => {
  const { of, that } = thingsOf(spec.task);
  const unseen = that('it has never seen');
  const right = `${share(test.share)} of ${unseen} are right`;
  const anew = 'Every step brings new ones';
  if (learnt !== null)
    return test.share >= 0.99
      ? strong(
          `It has learnt the task: ${share(test.share)} of ${of('unseen')} are right. ${anew}, so none is known by heart.`,
        )
      : strong(`It had learnt the task by ${step(learnt)}; now ${right}.`);
  if (guesses) return strong(`On ${unseen} it does ${besideChance(test.share, chance)}. ${anew}.`);
  const far = test.share >= NEARLY ? 'It has nearly learnt the task' : 'It is learning';
  return strong(`${far}: ${right}. ${anew}.`);
};

const judgedWords = (told: StoryInput): Sentence[] => {
  const { judgement, spec } = told;
  switch (judgement.kind) {
    case 'unmeasured':
      return [plain('The network is set up; its first measurement is on the way.')];
    case 'notFinite':
      return [strong(`At ${step(judgement.step)} the loss is no longer a number.`)];
    case 'untrained':
      return [
        strong(
          `It knows nothing yet: it gives each of ${answerWords(spec.task).words} about the same chance.`,
        ),
      ];
    case 'endless':
      return [endlessWords(told, judgement)];
    case 'learning':
      return [learntSoFar(told, judgement)];
    case 'byHeart':
      return [strong(byHeart(told, judgement.memorized))];
    case 'guessing':
      return guessingWords(told, judgement);
    case 'partly':
      return partlyWords(told, judgement);
    case 'understood':
      return understoodWords(told, judgement);
    default:
      return judgement satisfies never;
  }
};

/** What the network has learnt so far, from the run's own numbers. */
export const learningWords = (told: StoryInput): Sentence[] => {
  const judged = judgedWords(told);
  const spiked = told.known.stepMemorized === null ? null : spikeStep(told.known.series);
  if (spiked === null) return judged;
  const jumped = `The training loss jumped at ${step(spiked)}. Such jumps (“slingshots”) are common late in training and usually pass.`;
  return [...calm(judged), strong(jumped)];
};

/** The same for a finished run: what it had not reached is stated too. */
export const verdictWords = (told: StoryInput): Sentence[] => {
  const { judgement, known, spec, waves } = told;
  const words = learningWords(told);
  const short = (what: string): Sentence[] => [...calm(words), strong(`${what} by ${step(known.step)}.`)];
  switch (judgement.kind) {
    case 'guessing': {
      if (signWords(known, waves) !== null) return short('It had not understood');
      const heart = byHeart(told, judgement.memorized);
      const guesses = `On the others it does ${besideChance(judgement.test.share, told.chance)}.`;
      return [plain(`${heart} ${guesses}`), noSign(told)];
    }
    case 'partly':
      return judgement.test.share >= NEARLY ? words : short('It had not understood');
    case 'learning':
      return short(`It had not learnt its ${thingsOf(spec.task).many} by heart`);
    case 'endless':
      return judgement.learnt !== null || judgement.test.share >= NEARLY
        ? words
        : short('It had not learnt the task');
    case 'unmeasured':
    case 'notFinite':
    case 'untrained':
    case 'byHeart':
    case 'understood':
      return words;
    default:
      return judgement satisfies never;
  }
};
