import type { Engine } from '@grokscope/engine';
import type { NamedTensor } from '@grokscope/model';
import { hiddenValues, type Dataset } from '@grokscope/tasks';
import type { KeyRule } from '../waves/key-frequencies.js';
import { neuronKeyFrequencies } from '../waves/key-frequencies.js';
import type { GroupLogits } from '../waves/logit-waves.js';
import { collect, whyNotOfWeights } from '../measures/collect.js';
import { builtInMeasures } from '../measures/index.js';
import type { KeyFrequencies, Measure, Spectra, Subject } from '../measures/measure.js';
import type { LookSource } from '../measures/shared-look.js';
import { SharedLook, markedBySpectra } from '../measures/shared-look.js';
import type { Network } from '../network/network.js';
import { networkOf, networkShapeOf } from '../network/network.js';
import type { NeuronFrequencies } from '../network/neurons.js';
import { admitsPairNetwork } from '../network/pair-network.js';
import type { Reals } from '../numerics/numbers.js';
import { selectRows } from '../numerics/numbers.js';
import { principalComponents } from '../numerics/principal-components.js';
import { singularValues } from '../numerics/singular-values.js';
import { standingOut } from '../waves/standing-out.js';
import { normsByFrequency } from '../waves/transform.js';
import type { Ablations, Analysis } from './analysis.js';
import { KeyRuleNotAdmitted } from './errors.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder, pairExamplesOf } from './examples.js';
import type { ModelSpec } from './forward.js';
import { forwardOn, logitsOn } from './forward.js';
import { groupWords } from './group-words.js';
import { byFrequency, keyParts } from './key-measures.js';
import { lossesOf } from './losses.js';
import type { OneLayerPasses } from './one-layer.js';
import { attentionSpectraOf, neuronMeasures, oneLayerMeasures, oneLayerPasses } from './one-layer.js';
import { headScoresOf } from './sequences.js';
import { reasonsFor } from './reasons.js';
import { neuronLogitMap } from './weights.js';

/** Weights and all it takes to run them. */
export interface AnalyzeInput {
  readonly model: ModelSpec;
  readonly dataset: Dataset;
  /** Every parameter, TransformerLens layout. */
  readonly weights: readonly NamedTensor[];
  readonly step?: number;
  /** Default: `neuronLogit`, or `embedding` where there is no neuron–logit map. */
  readonly keyRule?: KeyRule;
  /** Default: the built-in ones. */
  readonly measures?: readonly Measure[];
  /** Computes what the float64 pass over pairs does not: deeper networks, other tasks. Float64 if it is the reference. */
  readonly engine: Engine;
}

/** Components shown of an embedding without a group. */
const PRINCIPAL = 10;

/**
 * Every measure of a set of weights that its task and model admit; numbers in float64 from the float32 weights.
 *
 * Rejects with `KeyRuleNotAdmitted` if `keyRule` asks for what this network does not have, and with `EngineError` if
 * the engine fails.
 */
export async function analyze(input: AnalyzeInput): Promise<Analysis> {
  const { dataset, weights, step, engine, measures = builtInMeasures } = input;
  const model = networkShapeOf(input.model);
  const network = networkOf(model, weights);
  const pairs = pairExamplesOf(dataset);
  const subject: Subject = { model, dataset, ...(pairs ? { pairs } : {}) };
  const isOneLayer = pairs !== undefined && admitsPairNetwork(network);
  const passes = isOneLayer ? oneLayerPasses(network, pairs, dataset.dVocabOut) : undefined;
  const logits = passes ? undefined : await logitsOn(engine, input.model, dataset, weights);
  const { lossByToken, ...answers } = lossesOf(dataset, pairs, passes, logits);
  const admitted = measures.filter((measure) => whyNotOfWeights(measure, subject) === undefined);
  const look = new SharedLook(subject, weights, {
    ...(await readingsFor(admitted, subject, input, logits)),
    answers: () => answers,
    hasMap: isOneLayer && model.dMlp > 0,
    keysOf: (spectra, neurons) => keysOf(spectra, neurons, input.keyRule),
    groupLogits: () => groupLogits(pairs?.cyclic, passes, logits, dataset.dVocabOut),
    ...(passes?.group?.neurons ? { neurons: passes.group.neurons } : {}),
  });
  if (input.keyRule && !look.keyFrequencies) throw new KeyRuleNotAdmitted(input.keyRule, []);
  const { keyed } = look;
  const keys = keyed?.keys ?? [];
  const words = pairs?.cyclic && groupWords(dataset);
  const { logits: logitAblations, ...ofKeys } = keyed ? keyParts(keyed.logits, keyed.waves, keys) : {};
  const { attentionToTokens, logitAttribution, ...parts } = passes ? oneLayerMeasures(passes) : {};
  const ablations: Ablations = {
    ...(logitAblations ? { logits: logitAblations } : {}),
    ...(passes?.group ? neuronMeasures(passes.group, keys) : {}),
    ...parts,
  };
  const analysis = {
    ...(step === undefined ? {} : { step }),
    ...collect(admitted, look),
    ...(lossByToken ? { lossByToken } : {}),
    ...(words ? { group: words } : {}),
    ...(keyed ? { cosineCoefficients: byFrequency(keys, (k) => keyed.fit.cosineCoefficients.get(k)!) } : {}),
    ...ofKeys,
    ...(attentionToTokens ? { attentionToTokens } : {}),
    ...shownSpectra(look.spectra, passes),
    ...(model.nLayers > 0 ? { singularValues: singularValuesOf(network, pairs, dataset, isOneLayer) } : {}),
    ...(Object.keys(ablations).length > 0 ? { ablations } : {}),
    ...(logitAttribution ? { logitAttribution } : {}),
    ...(await headScoresOf(input, pairs)),
    ...(model.nLayers > 0 ? principalOf(network, pairs, dataset) : {}),
    ...hiddenOf(dataset),
  } as Omit<Analysis, 'absent'>;
  return { ...analysis, absent: reasonsFor(analysis, subject, measures) };
}

function hiddenOf(dataset: Dataset): Pick<Analysis, 'hiddenValues'> {
  const values = hiddenValues(dataset);
  return values ? { hiddenValues: values } : {};
}

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

/** What measures need of a network beside its weights, where any of them does. */
async function readingsFor(
  measures: readonly Measure[],
  subject: Subject,
  { engine, model, dataset, weights }: AnalyzeInput,
  known: Reals | undefined,
): Promise<Pick<LookSource, 'logits' | 'activations'>> {
  const names = [...new Set(measures.flatMap(({ activations }) => activations?.(subject) ?? []))];
  if (names.length > 0) {
    const { logits, ...activations } = await forwardOn(engine, model, dataset, weights, names);
    return { logits, activations };
  }
  // The built-in ones take the logits of the float64 pass over pairs, where there is one.
  const doesRead = measures.some(
    (measure) => !builtInMeasures.includes(measure) && measure.needs.includes('logits'),
  );
  const logits = known ?? (doesRead ? await logitsOn(engine, model, dataset, weights) : undefined);
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

function shownSpectra(
  found: Spectra | undefined,
  passes: OneLayerPasses | undefined,
): Pick<Analysis, 'spectra'> {
  if (!found) return {};
  const { embedding, neuronLogit } = found;
  const shown = (components: Float64Array): number[] => Array.from(normsByFrequency(components));
  return {
    spectra: {
      embedding: shown(embedding),
      ...(neuronLogit ? { neuronLogit: shown(neuronLogit) } : {}),
      ...(passes?.group ? { attentionScores: attentionSpectraOf(passes.group) } : {}),
    },
  };
}

function singularValuesOf(
  network: Network,
  pairs: PairExamples | undefined,
  { dVocab, dVocabOut }: Dataset,
  isOneLayer: boolean,
): Analysis['singularValues'] {
  const { dModel, dMlp } = network.shape;
  const rows = pairs?.classes ?? dVocab;
  const W_E = network.weight('embed.W_E').subarray(0, rows * dModel);
  const W_L = isOneLayer && dMlp > 0 ? neuronLogitMap(network, pairs!.grid.outputs, dVocabOut) : undefined;
  return {
    W_E: Array.from(singularValues(W_E, rows, dModel)),
    ...(W_L ? { W_L: Array.from(singularValues(W_L, dMlp, pairs!.classes)) } : {}),
  };
}

function principalOf(
  network: Network,
  pairs: PairExamples | undefined,
  { dVocab }: Dataset,
): Pick<Analysis, 'principalComponents'> {
  if (pairs?.cyclic) return {};
  const rows = pairs?.classes ?? dVocab;
  const { dModel } = network.shape;
  const W_E = selectRows(
    network.weight('embed.W_E'),
    dModel,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  return { principalComponents: Array.from(principalComponents(W_E, rows, dModel, PRINCIPAL).explained) };
}
