import type { Values } from '@grokscope/engine';
import type { Dataset } from '@grokscope/tasks';
import { CORRECT, LOSS, sumSquaresOf } from './program.js';
import type { ParameterInfo } from '@grokscope/model';

/** Losses and accuracies of one set of weights; NaN where there is nothing to average. */
export interface Measured {
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly sumSquaredWeights: number;
}

/**
 * Averages the outputs of `evaluate` over the train and the test examples, in float64: train losses of 1e-9 are
 * means of values that a float32 sum would lose.
 */
export function summarize(
  outputs: Readonly<Record<string, Values>>,
  { trainIndices, testIndices, scoredPositions }: Dataset,
  parameters: readonly ParameterInfo[],
): Measured {
  const mean = (values: Values, examples: Int32Array): number =>
    meanOf(values, examples, scoredPositions.length);
  return {
    trainLoss: mean(outputs[LOSS], trainIndices),
    testLoss: mean(outputs[LOSS], testIndices),
    trainAccuracy: mean(outputs[CORRECT], trainIndices),
    testAccuracy: mean(outputs[CORRECT], testIndices),
    sumSquaredWeights: parameters.reduce((sum, { name }) => sum + outputs[sumSquaresOf(name)][0], 0),
  };
}

function meanOf(values: Values, examples: Int32Array, nScored: number): number {
  let sum = 0;
  for (const example of examples) for (let s = 0; s < nScored; s++) sum += values[example * nScored + s];
  return sum / (examples.length * nScored);
}

/** Facts hold null where a number is not finite. */
export const finiteOrNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
