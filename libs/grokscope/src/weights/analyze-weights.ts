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
  type Measure,
} from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import type { SpecInput } from '@grokscope/schema';
import { timeSteps } from '@grokscope/training';
import { chooseEngine } from '../engines/engines.js';
import type { TrainOptions } from '../train/train-options.js';
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
  /**
   * How those are computed. `engine`: default, the fastest one here; `options`: over the settings of `llcDefaults` and
   * `hessianDefaults`.
   */
  readonly demand?: Pick<TrainOptions, 'engine' | 'threads'> & Pick<Demand, 'options' | 'onStep'>;
}

/**
 * Every measure that a spec's task and model admit, of weights in TransformerLens layout and order (`decodeWeights`);
 * in float64, on one core. Those that are asked for by name (`named`) and compute by themselves do so on an engine of
 * their own.
 *
 * Rejects with `InvalidSpec`, which lists every fault, with `KeyRuleNotAdmitted` if the network does not have the rule
 * asked for, with `MeasureNotAdmitted` if it does not have a measure that is named, with `ChainDiverged` if the steps of
 * a chain are too long, and with `EngineError` if an engine asked for is not available.
 */
export async function analyzeWeights(
  input: SpecInput,
  weights: readonly NamedTensor[],
  { measures: own, named = [], demand = {}, catalogue = builtIn, ...options }: AnalyzeOptions = {},
): Promise<Analysis> {
  const all = allMeasures(own, analysisMeasures);
  const { spec, dataset } = requireSpec(input, { catalogue, ...(own ? { measures: own } : {}) });
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
