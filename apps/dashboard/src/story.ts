import {
  answerWords,
  countInWords,
  formatCount,
  formatDuration,
  formatPercent,
  thingsOf,
} from '@grokscope/figures';
import type { MetricsEvent, RunSpec } from '@grokscope/schema';
import type { RunMode } from './run-mode.js';
import type { RunView } from './run-state.js';
import { LEARNT } from './run-state.js';
import { spikeStep } from './spike.js';
import { pairCounts } from './task-words.js';

/** One sentence of the story; the strong one is what is new. */
export interface Sentence {
  readonly text: string;
  readonly strong?: boolean;
}

export interface StoryInput {
  readonly view: RunView;
  readonly mode: RunMode;
  /** Frequencies that stand out in the embedding, ascending. */
  readonly standingOut: readonly number[];
  /** Seconds since the last word from the server; null if there was none. */
  readonly silentForSeconds: number | null;
}

/** "No sign of understanding" is said from this step on, and 20 times later than memorising. */
const LATE = 2000;

const step = (value: number): string => formatCount(value);
const words = (count: number): string => `${countInWords(count)} wave${count === 1 ? '' : 's'}`;

const knowsNothing = (metrics: MetricsEvent, spec: RunSpec): boolean =>
  (metrics.trainAccuracy ?? 0) < 0.05 &&
  metrics.trainLoss !== null &&
  Math.abs(metrics.trainLoss - Math.log(answerWords(spec.task).count)) < 0.2;

/** `It learnt its 3,830 pairs by heart by step 70.` */
const byHeart = (spec: RunSpec, at: number): string =>
  `It learnt its ${formatCount(pairCounts(spec).train)} ${thingsOf(spec.task).many} by heart by step ${step(at)}.`;

const understood = (view: RunView, spec: RunSpec, metrics: MetricsEvent, waves: number): Sentence[] => {
  const { stepMemorized, stepGeneralized } = view;
  const unseen = `${formatPercent(metrics.testAccuracy)} of ${thingsOf(spec.task).of('unseen')}`;
  if (spec.data.infinite) {
    const text = `It has learnt the task: ${unseen} are right. Every step brings new ones, so none is known by heart.`;
    return [{ text, strong: true }];
  }
  const delay = (stepGeneralized ?? 0) - (stepMemorized ?? Infinity);
  if (stepMemorized === null || delay <= Math.max(0.2 * stepMemorized, spec.observe.metricsEvery)) {
    const text = `It understood while it learnt: ${unseen} are right, and there was no delay.`;
    return [{ text, strong: true }];
  }
  const grew = waves > 0 ? `, while ${words(waves)} grew in its weights` : '';
  return [
    { text: byHeart(spec, stepMemorized) },
    { text: `For ${step(delay)} steps it then guessed on the others${grew}.` },
    { text: `Now it has understood: ${unseen} are right.`, strong: true },
  ];
};

const noSign = (view: RunView, spec: RunSpec): Sentence => {
  const pressure =
    spec.optimizer.weightDecay === 0 ? '; without weight decay there is no pressure to forget the table' : '';
  return { text: `No sign of understanding by step ${step(view.step)}${pressure}.`, strong: true };
};

const memorized = (
  view: RunView,
  spec: RunSpec,
  metrics: MetricsEvent,
  standingOut: readonly number[],
): Sentence[] => {
  const accuracy = metrics.testAccuracy;
  const at = view.stepMemorized ?? 0;
  const known = byHeart(spec, at);
  if (accuracy === null) return [{ text: known, strong: true }];
  const right = formatPercent(accuracy);
  if (accuracy >= 0.5) {
    const climbing = `Now it is beginning to understand: ${right} of ${thingsOf(spec.task).that('it has never seen')} are right.`;
    return [{ text: known }, { text: climbing, strong: true }];
  }
  const guessing = `On the others it guesses: ${right} right.`;
  if (standingOut.length > 0) {
    const many = standingOut.length > 1;
    const list = standingOut.join(', ');
    const peak = Math.max(...view.series.testLoss.map((loss) => loss ?? 0));
    const shows =
      (metrics.testLoss ?? 0) < 0.7 * peak
        ? 'The test loss begins to fall.'
        : 'The loss does not show it yet.';
    const grow = `Under the surface ${words(standingOut.length)} grow${many ? '' : 's'}: k = ${list}.`;
    return [{ text: `${known} ${guessing}` }, { text: `${grow} ${shows}`, strong: true }];
  }
  if (view.step >= Math.max(LATE, 20 * at)) return [{ text: known }, noSign(view, spec)];
  return [{ text: known, strong: true }, { text: guessing }];
};

/** What the network has learnt so far, from the run's own numbers. */
const learning = ({ view, standingOut }: StoryInput): Sentence[] => {
  const spec = view.started?.spec;
  const metrics = view.latest;
  if (!spec || !metrics) return [{ text: 'The network is set up; its first measurement is on the way.' }];
  const spiked = view.stepMemorized === null ? null : spikeStep(view.series);
  if (spiked !== null) {
    const jumped = `The loss jumped at step ${step(spiked)}: a slingshot, common late in training; it usually recovers.`;
    const before =
      view.stepGeneralized === null
        ? []
        : [
            {
              text: `It had understood by step ${step(view.stepGeneralized)}: 99\u00a0% of ${thingsOf(spec.task).of('unseen')} were right.`,
            },
          ];
    return [...before, { text: jumped, strong: true }];
  }
  if (view.stepGeneralized !== null) return understood(view, spec, metrics, standingOut.length);
  if (view.stepMemorized !== null && !spec.data.infinite) return memorized(view, spec, metrics, standingOut);
  if (knowsNothing(metrics, spec)) {
    return [
      {
        text: `It knows nothing yet: it gives each of ${answerWords(spec.task).words} the same chance.`,
        strong: true,
      },
    ];
  }
  const { that } = thingsOf(spec.task);
  if (spec.data.infinite) {
    const right = `${formatPercent(metrics.testAccuracy)} of ${that('it has never seen')} are right`;
    return [{ text: `It is learning: ${right}. Every step brings new ones.`, strong: true }];
  }
  const seen = `It is learning by heart: ${formatPercent(metrics.trainAccuracy)} of ${that('it trains on')} are right`;
  const unseen =
    metrics.testAccuracy === null
      ? '.'
      : `, ${formatPercent(metrics.testAccuracy)} of those it has never seen.`;
  return [{ text: seen + unseen, strong: true }];
};

const ago = (seconds: number): string =>
  seconds < 60 ? `${Math.round(seconds)}\u00a0s` : formatDuration(1000 * seconds);

const notLive = ({ silentForSeconds, view }: StoryInput): Sentence => {
  if (view.connection.status === 'open') {
    const text =
      'Not live: the server has not heard from the process of this run for a while. It may come back.';
    return { text, strong: true };
  }
  const trying = view.connection.status === 'connecting' ? 'Trying now.' : 'Trying again.';
  const heard =
    silentForSeconds === null
      ? 'Not live: the server does not answer.'
      : `Not live: last heard from ${ago(silentForSeconds)} ago.`;
  return { text: `${heard} ${trying}`, strong: true };
};

const calm = (sentences: readonly Sentence[]): Sentence[] => sentences.map(({ text }) => ({ text }));

/** Why a run failed, without a full stop. */
const failureWords = ({ ended, failure }: RunView): string => {
  if (ended?.message) return ended.message;
  return failure === null || failure._tag === 'BadOrder' ? 'no reason was recorded' : failure.message;
};

const ending = (input: StoryInput): Sentence[] => {
  const { view, mode } = input;
  const ended = view.ended;
  const at = step(ended?.step ?? view.step);
  const took = ended?.elapsedMs === undefined ? '' : ` in ${formatDuration(ended.elapsedMs)}`;
  const told = learning(input);
  switch (mode) {
    case 'finished': {
      const early = ended?.reason === 'stopConditionMet' ? ', its goal reached' : '';
      const grokked = view.stepGeneralized !== null || (view.latest?.testAccuracy ?? 0) >= LEARNT;
      const spec = view.started?.spec;
      const lack =
        !grokked && spec && !spec.data.infinite && view.stepMemorized !== null ? [noSign(view, spec)] : [];
      const body = lack.length > 0 ? [...calm(told).slice(0, 1), ...lack] : told;
      return [...body, { text: `Finished after ${at} steps${took}${early}.` }];
    }
    case 'stopped':
      return [...told, { text: `Stopped by hand at step ${at}.` }];
    case 'diverged': {
      const text = `Diverged at step ${at}: the loss is no longer a number. A smaller learning rate usually helps.`;
      return [{ text, strong: true }];
    }
    case 'failed':
      return [
        { text: `Failed at step ${at}: ${failureWords(view)}.`, strong: true },
        // The trainer in this page is gone, and what it knew with it.
        ...(view.failure === null ? [] : [{ text: 'Start it again under Runs.' }]),
      ];
    default:
      return [...told, { text: `Interrupted at step ${at}; its last checkpoint is kept.` }];
  }
};

/** The story so far, in one to four sentences made from this run's events. */
export const tellStory = (input: StoryInput): Sentence[] => {
  const { mode, view } = input;
  switch (mode) {
    case 'connecting':
      return [{ text: 'Opening the run …' }];
    case 'starting':
      return [{ text: 'The run is being prepared: it has not taken its first step yet.' }];
    case 'not live':
      return [notLive(input), ...(view.latest ? calm(learning(input)) : [])];
    case 'paused':
      return [{ text: `Paused at step ${step(view.step)}.`, strong: true }, ...calm(learning(input))];
    case 'live':
      return learning(input);
    case 'finished':
    case 'stopped':
    case 'interrupted':
    case 'diverged':
    case 'failed':
      return ending(input);
    default:
      return mode satisfies never;
  }
};
