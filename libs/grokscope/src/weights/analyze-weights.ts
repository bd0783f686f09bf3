import { createReferenceEngine, type Engine } from '@grokscope/engine';
import {
  allMeasures,
  analysisMeasures,
  analyze,
  measuresOfWeights,
  requireNamed,
  subjectOf,
  type Analysis,
  type Demand,
  type KeyRule,
} from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { SpecInput } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { equip, type PartsOptions } from '../parts/equip.js';
import { timeSteps } from '@grokscope/training';
import { chooseEngine } from '../engines/engines.js';
import type { TrainOptions } from '../train/train-options.js';
import { requireSpec } from './read-spec.js';

/** What may be specified about weights beside the spec they were trained by. */
export interface AnalyzeOptions extends PartsOptions {
  /** The number of updates they have had, if known. */
  readonly step?: number;
  /** The rule that selects the key frequencies; default `neuronLogit`, or `embedding` if there is no such map. */
  readonly keyRule?: KeyRule;
  /** Names of measures that are computed only on request (their `everywhere` is `byName`). */
  readonly named?: readonly string[];
  /**
   * How these are computed. `engine`: default, the fastest one here; `options`: override the settings of `llcDefaults`
   * and `hessianDefaults`.
   */
  readonly demand?: Pick<TrainOptions, 'engine' | 'threads'> & Pick<Demand, 'options' | 'onStep'>;
}

/**
 * Computes every measure that a spec's task and model admit, from weights in TransformerLens layout and order
 * (`decodeWeights`); in float64, on one core. Measures requested by name (`named`) that compute by themselves do so on
 * an engine of their own.
 *
 * Rejects with `InvalidSpec`, which lists every fault; with `KeyRuleNotAdmitted` if the network does not have the
 * requested rule; with `MeasureNotAdmitted` if it does not have a named measure; with `ChainDiverged` if the steps of a
 * chain are too long; and with `EngineError` if a requested engine is not available.
 */
export async function analyzeWeights(
  input: SpecInput,
  weights: readonly NamedTensor[],
  { measures: given, catalogue: known, parts, named = [], demand = {}, ...options }: AnalyzeOptions = {},
): Promise<Analysis> {
  const equipped = await equip(input, {
    ...(given && { measures: given }),
    ...(known && { catalogue: known }),
    ...(parts && { parts }),
  })();
  if (E.isLeft(equipped)) throw equipped.left;
  const { measures: own } = equipped.right;
  const all = allMeasures(own, analysisMeasures);
  const { spec, dataset, catalogue } = requireSpec(input, equipped.right);
  const { activations, models, losses } = catalogue;
  requireNamed(named, all, subjectOf(spec.model, dataset, activations));
  const engine = createReferenceEngine();
  const time = (candidate: Engine): Promise<number> => timeSteps(spec, dataset, candidate, true, catalogue);
  let fast: Promise<Engine> | undefined;
  try {
    return await analyze({
      ...{ model: spec.model, dataset, weights, engine, activations, models },
      measures: measuresOfWeights(all, named),
      demand: {
        ...demand,
        loss: spec.training.loss,
        parts: { activations, models, losses },
        engine: () =>
          (fast ??= chooseEngine(demand.engine ?? 'auto', demand.threads, time).then(
            (chosen) => chosen.engine,
          )),
      },
      ...options,
    });
  } finally {
    await engine.dispose();
    await (await fast)?.dispose();
  }
}
