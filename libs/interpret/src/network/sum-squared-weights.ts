import type { NamedTensor } from '@grokscope/model';
import { sumOfSquares } from '../numerics/numbers.js';

/** Σ parameter² of every tensor, and of all together. */
export interface SumSquaredWeights {
  readonly total: number;
  readonly byTensor: Readonly<Record<string, number>>;
}

/**
 * The sum of squared weights, including biases and the row and column of "=", which weight decay reduces. Source:
 * progress-measures-paper, `helpers.py`.
 */
export function sumSquaredWeights(weights: readonly NamedTensor[]): SumSquaredWeights {
  const entries = weights.map(({ name, data }) => [name, sumOfSquares(data)] as const);
  return {
    total: entries.reduce((sum, [, squares]) => sum + squares, 0),
    byTensor: Object.fromEntries(entries),
  };
}
