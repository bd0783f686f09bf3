import {
  answerWords,
  countInWords,
  formatCount,
  formatNumber,
  formatPercent,
  thingsOf,
} from '@grokscope/figures';
import type { RunSpec } from '@grokscope/schema';
import type { Chance } from './chance.js';
import type { Judgement } from './judgement.js';
import { circuitWords } from './phase-words.js';
import type { RunView } from './run-state.js';
import { spikeStep } from './spike.js';
import { pairCounts } from './task-words.js';

/** One sentence of the story; the strong one is what is new. */
export interface Sentence {
  readonly text: string;
  readonly strong?: boolean;
}

/** What the sentences are made from: the run as known at the shown step, and what its curves show. */
export interface Told {
  readonly known: RunView;
  readonly spec: RunSpec;
  readonly chance: Chance;
  readonly judgement: Judgement;
  readonly standingOut: readonly number[];
}

/** "No sign of understanding" is said from this step on, and 20 times later than memorising. */
const LATE = 2000;
/** From here on the rest of the way is short. */
const NEARLY = 0.9;
/** Less of what it trains on than this is no longer by heart. */
const KEPT = 0.95;
/** The test loss has fallen where it is below this part of its peak. */
const FALLEN = 0.7;

type Of<K extends Judgement['kind']> = Extract<Judgement, { readonly kind: K }>;

const step = (value: number): string => formatCount(value);
const share = (value: number): string => formatPercent(value);
const waves = (count: number): string => `${countInWords(count)} wave${count === 1 ? '' : 's'}`;
const strong = (text: string): Sentence => ({ text, strong: true });

/** The same sentences with none of them new. */
export const calm = (sentences: readonly Sentence[]): Sentence[] => sentences.map(({ text }) => ({ text }));

/** `It learnt its 3,830 pairs by heart by step 70.`, and how much of it is lost again. */
const byHeart = ({ known, spec }: Told, memorized: number): string => {
  const count = formatCount(pairCounts(spec).train);
  const learnt = `It learnt its ${count} ${thingsOf(spec.task).many} by heart by step ${step(memorized)}.`;
  const kept = known.latest?.trainAccuracy ?? 1;
  return kept < KEPT ? `${learnt} Now only ${share(kept)} of what it trains on is right.` : learnt;
};

const noSign = ({ known, spec }: Told): Sentence => {
  const pressure =
    spec.optimizer.weightDecay === 0 ? '; without weight decay there is no pressure to forget the table' : '';
  return strong(`No sign of understanding by step ${step(known.step)}${pressure}.`);
};

/** How far the test loss has come down from its peak; nothing where it is not measured. */
const fallWords = ({ known }: Told): string => {
  const { step: steps, testLoss } = known.series;
  const now = testLoss[testLoss.length - 1] ?? null;
  if (now === null) return '';
  const peak = testLoss.reduce<number>((at, loss, i) => ((loss ?? 0) > (testLoss[at] ?? 0) ? i : at), 0);
  const highest = testLoss[peak] ?? now;
  if (now < FALLEN * highest)
    return ` The test loss has fallen to ${formatNumber(now)}, from ${formatNumber(highest)} at step ${step(steps[peak] ?? 0)}.`;
  return now > NEARLY * highest ? ' The test loss does not show it yet.' : '';
};

/** What the weights show before the answers do; null where they show nothing. */
const signWords = (told: Told): string | null => {
  const { known, standingOut } = told;
  const circuits = circuitWords(known);
  const list =
    standingOut.length === 0
      ? null
      : `${waves(standingOut.length)} stand${standingOut.length === 1 ? 's' : ''} out in its weights: k = ${standingOut.join(', ')}`;
  if (circuits === null && list === null) return null;
  const seen = [circuits, list].filter((one) => one !== null).join('; ');
  return `${seen.charAt(0).toUpperCase()}${seen.slice(1)}.${fallWords(told)}`;
};

const guessingWords = (told: Told, { memorized, test }: Of<'guessing'>): Sentence[] => {
  const { known, chance } = told;
  const heart = byHeart(told, memorized);
  const guesses = `On the others it guesses: ${share(test.share)} right, where chance gives ${share(chance.share)}.`;
  const signs = signWords(told);
  if (signs !== null) return [{ text: `${heart} ${guesses}` }, strong(signs)];
  if (known.step >= Math.max(LATE, 20 * memorized)) return [{ text: `${heart} ${guesses}` }, noSign(told)];
  return [strong(heart), { text: guesses }];
};

const partlyWords = (told: Told, { memorized, test, trend, before }: Of<'partly'>): Sentence[] => {
  const { spec, chance } = told;
  const unseen = `${share(test.share)} of ${thingsOf(spec.task).that('it has never seen')} are right`;
  const heart = { text: byHeart(told, memorized) };
  const since = before.step < test.step ? ` That has hardly changed since step ${step(before.step)}.` : '';
  switch (trend) {
    case 'fallen': {
      const was = `after ${share(before.share)} at step ${step(before.step)}`;
      return [heart, strong(`On the others it has fallen back: ${share(test.share)} right, ${was}.`)];
    }
    case 'steady':
      return [
        heart,
        strong(
          test.share >= NEARLY
            ? `It has nearly understood: ${unseen}.${since}`
            : `Of the others it gets ${share(test.share)} right; guessing would give ${share(chance.share)}.${since}`,
        ),
      ];
    case 'rising': {
      const up = `up from ${share(before.share)} at step ${step(before.step)}`;
      if (test.share >= NEARLY) return [heart, strong(`It has nearly understood: ${unseen}, ${up}.`)];
      if (test.share >= 0.5) return [heart, strong(`It is beginning to understand: ${unseen}, ${up}.`)];
      const better = `On the others it is getting better: ${share(test.share)} right, ${up}.`;
      const signs = signWords(told);
      return signs === null ? [heart, strong(better)] : [heart, { text: better }, strong(signs)];
    }
    default:
      return trend satisfies never;
  }
};

const understoodWords = (told: Told, judgement: Of<'understood'>): Sentence[] => {
  const { spec, standingOut } = told;
  const { memorized, generalized, test, way, atMemorized, guessedUntil, holds } = judgement;
  const things = thingsOf(spec.task);
  const unseen = `${share(test.share)} of ${things.of('unseen')} are right`;
  const found =
    standingOut.length === 0
      ? []
      : [
          {
            text: `In its weights ${waves(standingOut.length)} stand${standingOut.length === 1 ? 's' : ''} out.`,
          },
        ];
  const now = holds
    ? strong(`Now it has understood: ${unseen}.`)
    : strong(`It had understood by step ${step(generalized)}; now ${unseen}.`);
  if (memorized === null) return [strong(`It understood as it learnt: ${unseen}.`)];
  if (way === 'at once') {
    const both = `It understood as it learnt: it knew the ${things.many} it trains on by step ${step(memorized)}, and unseen ones by step ${step(generalized)}.`;
    return [{ text: both }, ...found, now];
  }
  const last = `${share(0.99)} of them by step ${step(generalized)}`;
  const path =
    way === 'after guessing'
      ? `On the others it went on guessing until step ${step(guessedUntil ?? memorized)}, then got better and better: ${last}.`
      : `Of the others it then got ${share(atMemorized?.share ?? 0)} right, and the rest came by and by: ${last}.`;
  return [{ text: byHeart(told, memorized) }, { text: path }, ...found, now];
};

const learntSoFar = ({ spec, chance }: Told, { train, test, guesses, apart }: Of<'learning'>): Sentence => {
  const seen = `${share(train.share)} of ${thingsOf(spec.task).that('it trains on')} are right`;
  if (guesses)
    return strong(`It has learnt nothing yet: ${seen}, where chance gives ${share(chance.share)}.`);
  const unseen = test === null ? '.' : `, and ${share(test.share)} of those it has never seen.`;
  return strong(`It is learning${apart ? ' by heart' : ''}: ${seen}${unseen}`);
};

const endlessWords = ({ spec, chance }: Told, { test, learnt, guesses }: Of<'endless'>): Sentence => {
  const { of, that } = thingsOf(spec.task);
  const right = `${share(test.share)} of ${that('it has never seen')} are right`;
  const anew = 'Every step brings new ones';
  if (learnt !== null && test.share >= 0.99)
    return strong(
      `It has learnt the task: ${share(test.share)} of ${of('unseen')} are right. ${anew}, so none is known by heart.`,
    );
  if (learnt !== null) return strong(`It had learnt the task by step ${step(learnt)}; now ${right}.`);
  if (guesses)
    return strong(`It has learnt nothing yet: ${right}, where chance gives ${share(chance.share)}. ${anew}.`);
  return strong(`It is learning: ${right}. ${anew}.`);
};

const judgedWords = (told: Told): Sentence[] => {
  const { judgement, spec } = told;
  switch (judgement.kind) {
    case 'unmeasured':
      return [{ text: 'The network is set up; its first measurement is on the way.' }];
    case 'notFinite':
      return [strong(`At step ${step(judgement.step)} the loss is no longer a number.`)];
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
export const learningWords = (told: Told): Sentence[] => {
  const judged = judgedWords(told);
  const spiked = told.known.stepMemorized === null ? null : spikeStep(told.known.series);
  if (spiked === null) return judged;
  const jumped = `The training loss jumped at step ${step(spiked)}. Such jumps (“slingshots”) are common late in training and usually pass.`;
  return [...calm(judged), strong(jumped)];
};

/** The same of a run that is over: what it had not reached is said too. */
export const verdictWords = (told: Told): Sentence[] => {
  const { judgement, known, spec } = told;
  const words = learningWords(told);
  const at = `by step ${step(known.step)}`;
  switch (judgement.kind) {
    case 'guessing':
      if (signWords(told) !== null) return [...calm(words), strong(`It had not understood ${at}.`)];
      return [{ text: calm(guessingWords(told, judgement).slice(0, 1))[0]?.text ?? '' }, noSign(told)];
    case 'partly':
      return judgement.test.share >= NEARLY
        ? words
        : [...calm(words), strong(`It had not understood ${at}.`)];
    case 'learning':
      return [...calm(words), strong(`It did not learn its ${thingsOf(spec.task).many} by heart ${at}.`)];
    case 'endless':
      return judgement.learnt !== null
        ? words
        : [...calm(words), strong(`It had not learnt the task ${at}.`)];
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
