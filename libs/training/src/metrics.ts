import type { Program, Values } from '@grokscope/engine';
import type { Dataset } from '@grokscope/tasks';
import type { ParameterInfo } from '@grokscope/model';
import { CORRECT, LOSS, sumSquaresOf, type Evaluation } from './program/evaluation.js';

/** Losses and accuracies of one set of weights; NaN if there is nothing to average. */
export interface Measurement {
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly sumSquaredWeights: number;
  /** `[nScored]`: the test loss of each scored token, in order. */
  readonly testLossByToken: readonly number[];
}

/** The outputs of `evaluate`, by name. */
export type Outputs = Readonly<Record<string, Values>>;

/** Runs the evaluation of this name over all kept examples, chunk by chunk, in dataset order. */
export async function evaluateAll(
  program: Program,
  name: string,
  { feeds, chunk, ofExamples }: Evaluation,
  { nExamples }: Pick<Dataset, 'nExamples'>,
): Promise<Outputs> {
  if (feeds.length === 1) return program.run(name, feeds);
  const all: Record<string, Float64Array> = {};
  let outputs: Outputs = {};
  for (const [c, feed] of feeds.entries()) {
    outputs = await program.run(name, [feed]);
    for (const output of ofExamples) {
      const values = outputs[output];
      const perExample = values.length / chunk;
      const joined = (all[output] ??= new Float64Array(nExamples * perExample));
      const first = c * chunk * perExample;
      joined.set(values.subarray(0, joined.length - first), first);
    }
  }
  return { ...outputs, ...all };
}

/**
 * Averages the outputs of `evaluate` over the train and the test examples, in float64, because train losses of 1e-9 are
 * means of values that a float32 sum would lose.
 */
export function summarize(
  outputs: Outputs,
  { trainIndices, testIndices, nScored }: Dataset,
  parameters: readonly ParameterInfo[],
): Measurement {
  const mean = (values: Values, examples: Int32Array): number => {
    const byToken = meansByToken(values, examples, nScored);
    return byToken.reduce((sum, x) => sum + x, 0) / nScored;
  };
  const trainLoss = mean(outputs[LOSS], trainIndices);
  const testLoss = mean(outputs[LOSS], testIndices);
  // A network that diverged has no accuracy: which of several NaNs is "largest" depends on the engine.
  const accuracy = (loss: number, examples: Int32Array): number =>
    Number.isFinite(loss) ? mean(outputs[CORRECT], examples) : NaN;
  return {
    trainLoss,
    testLoss,
    trainAccuracy: accuracy(trainLoss, trainIndices),
    testAccuracy: accuracy(testLoss, testIndices),
    sumSquaredWeights: parameters.reduce((sum, { name }) => sum + outputs[sumSquaresOf(name)][0], 0),
    testLossByToken: meansByToken(outputs[LOSS], testIndices, nScored),
  };
}

/** The mean over examples for each scored position; NaN without examples. */
function meansByToken(values: Values, examples: Int32Array, nScored: number): number[] {
  const sums = new Array<number>(nScored).fill(0);
  for (const example of examples) for (let s = 0; s < nScored; s++) sums[s] += values[example * nScored + s];
  return sums.map((sum) => sum / examples.length);
}

/** Facts hold null for a number that is not finite. */
export const finiteOrNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
