import { progressAt } from '../../run/history.js';
import type { RunView } from '../../run/run-state.js';
import { indexAt } from '../../plot/series.js';

/** One of the few numbers below the story. */
export interface KeyNumber {
  readonly label: string;
  /** Its full name, if the label is a symbol. */
  readonly name?: string;
  readonly value: number | null;
  readonly isShare?: boolean;
  /** The step it was measured at, if it differs from that of the others. */
  readonly at?: number;
}

/** The step at which the numbers of a step were measured; null if there are none. */
export const measuredAt = ({ series }: RunView, shownStep: number | null): number | null =>
  series.step[indexAt(series.step, shownStep ?? Infinity)] ?? null;

/** The numbers as last measured at or before a step; null: the newest. */
export const numbersAt = ({ series, history }: RunView, shownStep: number | null): KeyNumber[] => {
  const step = shownStep ?? Infinity;
  const at = indexAt(series.step, step);
  const measured = series.step[at] ?? 0;
  const progress = progressAt(history, step);
  const restricted = progress?.restrictedLoss?.all;
  const third: KeyNumber =
    progress === null || restricted === undefined
      ? { label: 'train loss', value: series.trainLoss[at] ?? null }
      : {
          label: 'restricted',
          name: 'restricted loss',
          value: restricted,
          ...(progress.step === measured ? {} : { at: progress.step }),
        };
  return [
    { label: 'test accuracy', value: series.testAccuracy[at] ?? null, isShare: true },
    { label: 'test loss', value: series.testLoss[at] ?? null },
    third,
    { label: 'Σ w²', name: 'sum of squared weights', value: series.sumSquaredWeights[at] ?? null },
  ];
};
