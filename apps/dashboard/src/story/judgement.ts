/** The interpretation of a run's curves, in one judgement that supplies both the story and the titles. Pure. */
import { LEARNT_ACCURACY } from '@grokscope/schema';
import type { RunSpec } from '@grokscope/schema';
import type { Chance } from './chance.js';
import type { RunView } from '../run/run-state.js';
import type { Column, Series } from '../plot/series.js';
import { indexAt } from '../plot/series.js';

/** An accuracy and where it was measured. */
export interface Reading {
  readonly step: number;
  readonly share: number;
}

/** The network's state on its training examples and on unseen ones. */
export type Judgement =
  /** Nothing was measured. */
  | { readonly kind: 'unmeasured' }
  /** The loss is not a number. */
  | { readonly kind: 'notFinite'; readonly step: number }
  /** All answers are about equally likely, as before training. */
  | { readonly kind: 'untrained' }
  /** New examples at every step: there is nothing to learn by heart. */
  | {
      readonly kind: 'endless';
      readonly test: Reading;
      readonly learnt: number | null;
      readonly guesses: boolean;
    }
  /**
   * Not yet memorised. `guesses`: no better than guessing even on the training examples. `apart`: ahead on the training
   * examples.
   */
  | {
      readonly kind: 'learning';
      readonly train: Reading;
      readonly test: Reading | null;
      readonly guesses: boolean;
      readonly apart: boolean;
    }
  /** Memorised; nothing else is measured. */
  | { readonly kind: 'byHeart'; readonly memorized: number }
  /** Memorised, and no better than guessing on unseen examples ever since. */
  | { readonly kind: 'guessing'; readonly memorized: number; readonly test: Reading }
  /**
   * Memorised, and better than guessing on unseen examples: `rising`, as good as before (`steady`), or worse than
   * before.
   */
  | {
      readonly kind: 'partly';
      readonly memorized: number;
      /** Whether it had memorised rather than understood: it got far fewer unseen examples right. */
      readonly byHeart: boolean;
      readonly test: Reading;
      readonly trend: 'rising' | 'steady' | 'fallen';
      /**
       * What `test` is compared with: the value at memorisation (rising), the best a while ago (steady) or ever
       * (fallen).
       */
      readonly before: Reading;
    }
  /** Right on unseen examples as well, first at `generalized`. */
  | {
      readonly kind: 'understood';
      readonly memorized: number | null;
      /** Whether it had memorised its training examples before. */
      readonly byHeart: boolean;
      readonly generalized: number;
      readonly test: Reading;
      /** How generalisation followed memorisation: together with it, after a time of guessing, or gradually. */
      readonly way: 'at once' | 'after guessing' | 'gradually';
      /** The accuracy on unseen examples at memorisation. */
      readonly atMemorized: Reading | null;
      /** The last step up to which it only guessed on unseen examples; null if it did not at memorisation. */
      readonly guessedUntil: number | null;
      /** Whether it still does. */
      readonly holds: boolean;
    };

/** Generalisation within this part of the steps to memorisation counts as simultaneous. */
const AT_ONCE = 0.2;
/** A time of guessing is mentioned if it is this part of the way from memorisation to generalisation. */
const PLATEAU = 0.15;
/** Rising: better by this much than ever in the first half of the time since memorisation. */
const RISE = { share: 1.02, points: 0.01 };
/** Fallen: this much below the best before. */
const FALL = 0.05;
/** Ahead on the training examples: accuracy on unseen ones is less than this part of that on the training ones. */
const APART = 0.7;
/** Untrained: this close to the loss of guessing, in nats. */
const EVEN = 0.2;

const readingAt = (series: Series, column: Column, step: number): Reading | null => {
  for (let i = indexAt(series.step, step); i >= 0; i -= 1) {
    const share = column[i];
    if (share !== null && share !== undefined) return { step: series.step[i] ?? 0, share };
  }
  return null;
};

/**
 * The last step of an unbroken stretch from `from` on at which no more than guessing was measured; null if not at
 * `from`.
 */
const guessedUntil = ({ step, testAccuracy }: Series, from: number, { bound }: Chance): number | null => {
  let last: number | null = null;
  for (let i = Math.max(0, indexAt(step, from)); i < step.length; i += 1) {
    const share = testAccuracy[i] ?? null;
    if (share === null) continue;
    if (share > bound) break;
    last = step[i] ?? null;
  }
  return last;
};

/** The best test accuracy up to a step. */
const bestOf = ({ step, testAccuracy }: Series, upTo = Infinity): Reading | null =>
  step.reduce<Reading | null>((best, at, i) => {
    const share = testAccuracy[i] ?? null;
    return at <= upTo && share !== null && (best === null || share > best.share) ? { step: at, share } : best;
  }, null);

/** Whether it is ahead on the training examples: far less often right on unseen ones, as far as chance leaves room. */
const isApart = (train: number, test: number, { share }: Chance): boolean =>
  test - share < APART * (train - share);

const understood = (view: RunView, test: Reading, chance: Chance, everySteps: number): Judgement => {
  const { series, stepMemorized: memorized } = view;
  const generalized = view.stepGeneralized ?? test.step;
  const delay = memorized === null ? 0 : generalized - memorized;
  const atMemorized = memorized === null ? null : readingAt(series, series.testAccuracy, memorized);
  const byHeart = isApart(LEARNT_ACCURACY, atMemorized?.share ?? 0, chance);
  const holds = test.share >= LEARNT_ACCURACY;
  const known = { kind: 'understood', memorized, byHeart, generalized, test, holds } as const;
  if (memorized === null || delay <= Math.max(AT_ONCE * memorized, everySteps))
    return { ...known, way: 'at once', atMemorized, guessedUntil: null };
  const until = guessedUntil(series, memorized, chance);
  const way = until !== null && until - memorized >= PLATEAU * delay ? 'after guessing' : 'gradually';
  return { ...known, way, atMemorized, guessedUntil: until };
};

const memorised = (view: RunView, memorized: number, test: Reading, chance: Chance): Judgement => {
  const { series } = view;
  if ((guessedUntil(series, memorized, chance) ?? -1) >= test.step)
    return { kind: 'guessing', memorized, test };
  const atMemorized = readingAt(series, series.testAccuracy, memorized);
  const byHeart = isApart(LEARNT_ACCURACY, atMemorized?.share ?? 0, chance);
  const partly = { kind: 'partly', memorized, byHeart, test } as const;
  const best = bestOf(series) ?? test;
  if (test.share < best.share - FALL) return { ...partly, trend: 'fallen', before: best };
  const earlier = bestOf(series, (memorized + test.step) / 2) ?? test;
  if (test.share <= RISE.share * earlier.share + RISE.points)
    return { ...partly, trend: 'steady', before: earlier };
  return { ...partly, trend: 'rising', before: atMemorized ?? earlier };
};

/** Judges a run as known at a step (see `viewAt`), against the accuracy of guessing on its task. */
export const judge = (view: RunView, spec: RunSpec, chance: Chance, answers: number): Judgement => {
  const { latest, stepMemorized } = view;
  if (latest === null) return { kind: 'unmeasured' };
  if (latest.trainLoss === null) return { kind: 'notFinite', step: latest.step };
  const train = { step: latest.step, share: latest.trainAccuracy ?? 0 };
  const test = latest.testAccuracy === null ? null : { step: latest.step, share: latest.testAccuracy };
  const isEven = Math.abs(latest.trainLoss - Math.log(answers)) < EVEN && train.share <= chance.bound;
  if (isEven && stepMemorized === null) return { kind: 'untrained' };
  if (spec.data.infinite) {
    const seen = test ?? train;
    return { kind: 'endless', test: seen, learnt: view.stepGeneralized, guesses: seen.share <= chance.bound };
  }
  if (test !== null && view.stepGeneralized !== null)
    return understood(view, test, chance, spec.observe.metricsEvery);
  if (stepMemorized !== null)
    return test === null
      ? { kind: 'byHeart', memorized: stepMemorized }
      : memorised(view, stepMemorized, test, chance);
  const guesses = train.share <= chance.bound;
  const apart = test !== null && isApart(train.share, test.share, chance);
  return { kind: 'learning', train, test, guesses, apart };
};
