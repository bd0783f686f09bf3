import type { Program, Values } from '@grokscope/engine';
import type { Dataset } from '@grokscope/tasks';
import type { ParameterInfo } from '@grokscope/model';
import { CORRECT, LOSS, sumSquaresOf, type Evaluation } from './evaluation.js';

/** Losses and accuracies of one set of weights; NaN where there is nothing to average. */
export interface Measured {
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly sumSquaredWeights: number;
  /** `[nScored]`: the test loss of each scored token, in order. */
  readonly testLossByToken: readonly number[];
}

/** Runs `evaluate` over all kept examples, chunk by chunk, and averages. */
export async function measure(
  program: Program,
  evaluation: Evaluation,
  dataset: Dataset,
  parameters: readonly ParameterInfo[],
): Promise<Measured> {
  const { feeds, chunk } = evaluation;
  if (feeds.length === 1) return summarize(await program.run('evaluate', feeds), dataset, parameters);
  const { nExamples, nScored } = dataset;
  const all: Record<string, Float64Array> = {
    [LOSS]: new Float64Array(nExamples * nScored),
    [CORRECT]: new Float64Array(nExamples * nScored),
  };
  let outputs: Readonly<Record<string, Values>> = {};
  for (const [c, feed] of feeds.entries()) {
    outputs = await program.run('evaluate', [feed]);
    const first = c * chunk * nScored;
    const count = Math.min(chunk * nScored, nExamples * nScored - first);
    for (const name of [LOSS, CORRECT]) all[name].set(outputs[name].subarray(0, count), first);
  }
  return summarize({ ...outputs, ...all }, dataset, parameters);
}

/**
 * Averages the outputs of `evaluate` over the train and the test examples, in float64: train losses of 1e-9 are
 * means of values that a float32 sum would lose.
 */
export function summarize(
  outputs: Readonly<Record<string, Values>>,
  { trainIndices, testIndices, nScored }: Dataset,
  parameters: readonly ParameterInfo[],
): Measured {
  const mean = (values: Values, examples: Int32Array): number => {
    const byToken = meansByToken(values, examples, nScored);
    return byToken.reduce((sum, x) => sum + x, 0) / nScored;
  };
  return {
    trainLoss: mean(outputs[LOSS], trainIndices),
    testLoss: mean(outputs[LOSS], testIndices),
    trainAccuracy: mean(outputs[CORRECT], trainIndices),
    testAccuracy: mean(outputs[CORRECT], testIndices),
    sumSquaredWeights: parameters.reduce((sum, { name }) => sum + outputs[sumSquaresOf(name)][0], 0),
    testLossByToken: meansByToken(outputs[LOSS], testIndices, nScored),
  };
}

/** The mean over examples of each scored position; NaN without examples. */
function meansByToken(values: Values, examples: Int32Array, nScored: number): number[] {
  const sums = new Array<number>(nScored).fill(0);
  for (const example of examples) for (let s = 0; s < nScored; s++) sums[s] += values[example * nScored + s];
  return sums.map((sum) => sum / examples.length);
}

/** Facts hold null where a number is not finite. */
export const finiteOrNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
