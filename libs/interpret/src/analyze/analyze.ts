import type { Engine } from '@grokscope/engine';
import type { Activation, Model, NamedTensor } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';
import type { KeyRule } from '../waves/key-frequencies.js';
import { neuronKeyFrequencies } from '../waves/key-frequencies.js';
import type { GroupLogits } from '../waves/logit-waves.js';
import { collectSaved, measuresOfWeights, whyNotOfWeights } from '../measures/collect.js';
import { analysisMeasures } from '../measures/index.js';
import type { TrainedNetwork } from '../curvature/landscape.js';
import type { Demand, KeyFrequencies, Measure, Spectra, Subject } from '../measures/measure.js';
import type { LookSource } from '../measures/shared-look.js';
import { SharedLook, markedBySpectra } from '../measures/shared-look.js';
import { networkOf } from '../network/network.js';
import type { NeuronFrequencies } from '../network/neurons.js';
import { admitsPairNetwork } from '../network/pair-network.js';
import type { Reals } from '../numerics/numbers.js';
import { standingOut } from '../waves/standing-out.js';
import type { Analysis } from './analysis.js';
import { KeyRuleNotAdmitted } from './errors.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder } from './examples.js';
import { subjectOf } from './subject.js';
import type { ModelSpec } from './forward.js';
import { forwardOn, logitsOn } from './forward.js';
import { lossesOf } from './losses.js';
import type { OneLayerPasses } from './one-layer.js';
import { oneLayerPasses } from './one-layer.js';
import { reasonsFor } from './reasons.js';

/** Weights and everything needed to run them. */
export interface AnalyzeInput {
  readonly model: ModelSpec;
  readonly dataset: Dataset;
  /** Every parameter, TransformerLens layout. */
  readonly weights: readonly NamedTensor[];
  readonly step?: number;
  /** Default: `neuronLogit`, or `embedding` if there is no neuron–logit map. */
  readonly keyRule?: KeyRule;
  /** Default: the built-in ones. */
  readonly measures?: readonly Measure[];
  /** Where to look up the model; default: the built-in ones. */
  readonly models?: readonly Model[];
  /** Where to look up its nonlinearity; default: the built-in ones. */
  readonly activations?: readonly Activation[];
  /** For measures that are asked for by name: the loss trained by, and how they are computed; the engine by default. */
  readonly demand?: Partial<Omit<Demand, 'network'>> & Omit<TrainedNetwork, 'model' | 'dataset' | 'weights'>;
  /** Computes what the float64 pass over pairs does not: deeper networks, other tasks. Float64 if it is the reference. */
  readonly engine: Engine;
}

/**
 * Every measure of a set of weights that its task and model admit; numbers in float64 from the float32 weights.
 *
 * Rejects with `KeyRuleNotAdmitted` if `keyRule` asks for what this network does not have, and with `EngineError` if
 * the engine fails.
 */
export async function analyze(input: AnalyzeInput): Promise<Analysis> {
  const {
    model: spec,
    dataset,
    weights,
    step,
    engine,
    activations,
    measures = measuresOfWeights(analysisMeasures),
  } = input;
  const { models } = input;
  const parts = { models, activations };
  const subject = subjectOf(spec, dataset, activations);
  const { model, pairs } = subject;
  const network = networkOf(model, weights, activations);
  const isOneLayer = pairs !== undefined && admitsPairNetwork(network);
  const passes = isOneLayer ? oneLayerPasses(network, pairs, dataset.dVocabOut) : undefined;
  const logits = passes ? undefined : await logitsOn(engine, spec, dataset, weights, parts);
  const { lossByToken, ...answers } = lossesOf(dataset, pairs, passes, logits);
  const admitted = measures.filter((measure) => whyNotOfWeights(measure, subject) === undefined);
  const look = new SharedLook(subject, weights, {
    ...(await readingsFor(admitted, subject, input, logits)),
    answers: () => answers,
    hasMap: (isOneLayer || model.kind === 'mlp') && model.dMlp > 0,
    keysOf: (spectra, neurons) => keysOf(spectra, neurons, input.keyRule),
    groupLogits: () => groupLogits(pairs?.cyclic, passes, logits, dataset.dVocabOut),
    ...(passes?.group?.neurons ? { neurons: passes.group.neurons } : {}),
    saved: {
      ...(passes ? { passes } : {}),
      ...(lossByToken ? { lossByToken } : {}),
      ...(input.demand ? { demand: demandOf(input, input.demand) } : {}),
      forward: (examples, names) => forwardOn(engine, spec, examples, weights, names, parts),
    },
  });
  if (input.keyRule && !look.keyFrequencies) throw new KeyRuleNotAdmitted(input.keyRule, []);
  const analysis = {
    ...(step === undefined ? {} : { step }),
    ...(await collectSaved(admitted, look)),
  } as Omit<Analysis, 'absent'>;
  return { ...analysis, absent: reasonsFor(analysis, subject, measures) };
}

const demandOf = (
  { model, dataset, weights, engine }: AnalyzeInput,
  { loss, parts, ...how }: NonNullable<AnalyzeInput['demand']>,
): Demand => ({
  engine: async () => engine,
  ...how,
  network: { model, dataset, weights, loss, ...(parts ? { parts } : {}) },
});

/** The key frequencies by every rule there is, and those that stand out: on others nothing is built, it would mean nothing. */
function keysOf(
  spectra: Spectra,
  neurons: NeuronFrequencies | undefined,
  asked: KeyRule | undefined,
): KeyFrequencies {
  const byRule: KeyFrequencies['byRule'] = {
    ...(neurons ? { neurons: neuronKeyFrequencies(neurons.frequency) } : {}),
    ...markedBySpectra(spectra),
  };
  if (asked && !byRule[asked]) throw new KeyRuleNotAdmitted(asked, Object.keys(byRule) as KeyRule[]);
  const rule = asked ?? (spectra.neuronLogit ? 'neuronLogit' : 'embedding');
  return { byRule, rule, used: standingOut(byRule[rule]!, spectra.embedding.length) };
}

/** What measures need of a network besides its weights, if any of them does. */
async function readingsFor(
  measures: readonly Measure[],
  subject: Subject,
  { engine, model, dataset, weights, activations: functions, models }: AnalyzeInput,
  known: Reals | undefined,
): Promise<Pick<LookSource, 'logits' | 'activations'>> {
  const parts = { models, activations: functions };
  const names = [...new Set(measures.flatMap(({ activations }) => activations?.(subject, false) ?? []))];
  if (names.length > 0) {
    const { logits, ...activations } = await forwardOn(engine, model, dataset, weights, names, parts);
    return { logits, activations };
  }
  // The built-in ones take the logits of the float64 pass over pairs, if there is one.
  const doesRead = measures.some(
    (measure) => !analysisMeasures.includes(measure) && measure.needs.includes('logits'),
  );
  const logits = known ?? (doesRead ? await logitsOn(engine, model, dataset, weights, parts) : undefined);
  return logits ? { logits } : {};
}

/** The logits over the pairs of the group, in its order. */
function groupLogits(
  cyclic: PairExamples['cyclic'],
  passes: OneLayerPasses | undefined,
  logits: ArrayLike<number> | undefined,
  dVocabOut: number,
): GroupLogits {
  const { examples, group } = cyclic!;
  const ordered = passes?.group?.logits ?? logitsInGroupOrder(logits as Float64Array, dVocabOut, cyclic!);
  const { label, train, test } = examples;
  return { n: group.order, logits: ordered, label, train, test };
}
