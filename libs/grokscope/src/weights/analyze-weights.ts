import { createReferenceEngine } from '@grokscope/engine';
import {
  allMeasures,
  analysisMeasures,
  analyze,
  measuresOfWeights,
  type Analysis,
  type KeyRule,
  type Measure,
} from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import type { SpecInput } from '@grokscope/schema';
import { requireSpec } from './read-spec.js';

/** What may be said of weights besides the spec they were trained by. */
export interface AnalyzeOptions {
  /** After how many updates, if known. */
  readonly step?: number;
  /** Which rule gives the key frequencies; default `neuronLogit`, or `embedding` where there is no such map. */
  readonly keyRule?: KeyRule;
  /** The parts that the spec may name; default: the built-in ones. */
  readonly catalogue?: FullCatalogue;
  /** Measures beside the built-in ones. */
  readonly measures?: readonly Measure[];
  /** Measures that are computed only where they are asked for (`byName` is `everywhere`), by name. */
  readonly named?: readonly string[];
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
  { measures: own, named, catalogue = builtIn, ...options }: AnalyzeOptions = {},
): Promise<Analysis> {
  const measures = measuresOfWeights(allMeasures(own, analysisMeasures), named);
  const { spec, dataset } = requireSpec(input, { catalogue, ...(own ? { measures: own } : {}) });
  const engine = createReferenceEngine();
  try {
    const { activations, models } = catalogue;
    const parts = { measures, activations, models };
    return await analyze({ model: spec.model, dataset, weights, engine, ...parts, ...options });
  } finally {
    await engine.dispose();
  }
}
