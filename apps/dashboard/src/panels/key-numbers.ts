import { progressAt } from '../history.js';
import type { RunView } from '../run-state.js';
import { indexAt } from '../series.js';

/** One of the few numbers beneath the story. */
export interface KeyNumber {
  readonly label: string;
  /** Its whole name, where the label is a sign. */
  readonly name?: string;
  readonly value: number | null;
  readonly isShare?: boolean;
}

/** The numbers as last measured at or before a step; null: the newest. */
export const numbersAt = ({ series, history }: RunView, shownStep: number | null): KeyNumber[] => {
  const step = shownStep ?? Infinity;
  const at = indexAt(series.step, step);
  const restricted = progressAt(history, step)?.restrictedLoss?.all;
  const third: KeyNumber =
    restricted === undefined
      ? { label: 'train loss', value: series.trainLoss[at] ?? null }
      : { label: 'restricted', name: 'restricted loss', value: restricted };
  return [
    { label: 'test accuracy', value: series.testAccuracy[at] ?? null, isShare: true },
    { label: 'test loss', value: series.testLoss[at] ?? null },
    third,
    { label: 'Σ w²', name: 'sum of squared weights', value: series.sumSquaredWeights[at] ?? null },
  ];
};
