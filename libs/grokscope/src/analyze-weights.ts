import { createReferenceEngine } from '@grokscope/engine';
import { analyze, type Analysis, type KeyRule } from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';

/** What may be said of weights besides the spec they were trained by. */
export interface AnalyzeOptions {
  /** After how many updates, if known. */
  readonly step?: number;
  /** Which rule gives the key frequencies; default `neuronLogit`, or `embedding` where there is no such map. */
  readonly keyRule?: KeyRule;
}

/**
 * Every measure that a spec's task and model admit, of weights in TransformerLens layout and order (`decodeWeights`);
 * in float64, on one core.
 *
 * Rejects with `KeyRuleNotAdmitted` if the network does not have the rule asked for, and with an `Error` for a task
 * that cannot be set up.
 */
export async function analyzeWeights(
  spec: RunSpec,
  weights: readonly NamedTensor[],
  options: AnalyzeOptions = {},
): Promise<Analysis> {
  const dataset = createDataset(spec.task, spec.data);
  if (dataset._tag === 'Left') throw new Error(`the task cannot be set up: ${dataset.left.message}`);
  const engine = createReferenceEngine();
  try {
    return await analyze({ model: spec.model, dataset: dataset.right, weights, engine, ...options });
  } finally {
    await engine.dispose();
  }
}
