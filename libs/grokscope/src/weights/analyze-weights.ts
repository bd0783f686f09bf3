import { createReferenceEngine } from '@grokscope/engine';
import { allMeasures, analysisMeasures, analyze, type Analysis, type KeyRule } from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { SpecInput } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { equip, type PartsOptions } from '../parts/equip.js';
import { requireSpec } from './read-spec.js';

/** What may be said of weights besides the spec they were trained by. */
export interface AnalyzeOptions extends PartsOptions {
  /** After how many updates, if known. */
  readonly step?: number;
  /** Which rule gives the key frequencies; default `neuronLogit`, or `embedding` where there is no such map. */
  readonly keyRule?: KeyRule;
}

/**
 * Every measure that a spec's task and model admit, of weights in TransformerLens layout and order (`decodeWeights`);
 * in float64, on one core.
 *
 * Rejects with `InvalidSpec`, which lists every fault, and with `KeyRuleNotAdmitted` if the network does not have the
 * rule asked for.
 */
export async function analyzeWeights(
  input: SpecInput,
  weights: readonly NamedTensor[],
  { measures: given, catalogue: known, parts, ...options }: AnalyzeOptions = {},
): Promise<Analysis> {
  const equipped = await equip(input, {
    ...(given && { measures: given }),
    ...(known && { catalogue: known }),
    ...(parts && { parts }),
  })();
  if (E.isLeft(equipped)) throw equipped.left;
  const { catalogue, measures: own } = equipped.right;
  const measures = allMeasures(own, analysisMeasures);
  const { spec, dataset } = requireSpec(input, catalogue);
  const engine = createReferenceEngine();
  try {
    const { activations, models } = catalogue;
    const parts = { measures, activations, models };
    return await analyze({ model: spec.model, dataset, weights, engine, ...parts, ...options });
  } finally {
    await engine.dispose();
  }
}
