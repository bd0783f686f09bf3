import type { Engine } from '@grokscope/engine';
import type { NamedTensor } from '@grokscope/model';
import { hiddenValues, type Dataset } from '@grokscope/tasks';
import { gini } from '../concentration.js';
import type { KeyRule } from '../key-frequencies.js';
import { countByFrequency, neuronKeyFrequencies, strongFrequencies } from '../key-frequencies.js';
import type { GroupLogits } from '../logit-waves.js';
import { logitWaves } from '../logit-waves.js';
import type { Network } from '../network.js';
import { networkOf } from '../network.js';
import { admitsPairNetwork } from '../pair-network.js';
import { selectRows } from '../numbers.js';
import { principalComponents } from '../principal-components.js';
import { singularValues } from '../singular-values.js';
import { standingOut } from '../standing-out.js';
import { sumSquaredWeights } from '../sum-squared-weights.js';
import { normsByFrequency } from '../transform.js';
import type { Ablations, Analysis } from './analysis.js';
import { KeyRuleNotAdmitted } from './errors.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder, pairExamplesOf } from './examples.js';
import type { ModelSpec } from './forward.js';
import { logitsOn } from './forward.js';
import { groupWords } from './group-words.js';
import { keyLosses, keyParts } from './key-measures.js';
import { lossesOf } from './losses.js';
import type { OneLayerPasses } from './one-layer.js';
import { attentionSpectraOf, neuronMeasures, oneLayerMeasures, oneLayerPasses } from './one-layer.js';
import { headScoresOf } from './sequences.js';
import { reasonsFor } from './reasons.js';
import { embeddingComponents, neuronLogitComponents, neuronLogitMap } from './weights.js';

/** Weights and all it takes to run them. */
export interface AnalyzeInput {
  readonly model: ModelSpec;
  readonly dataset: Dataset;
  /** Every parameter, TransformerLens layout. */
  readonly weights: readonly NamedTensor[];
  readonly step?: number;
  /** Default: `neuronLogit`, or `embedding` where there is no neuron–logit map. */
  readonly keyRule?: KeyRule;
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
  const { model, dataset, weights, step, engine } = input;
  const network = networkOf(model, weights);
  const pairs = pairExamplesOf(dataset);
  const isOneLayer = pairs !== undefined && admitsPairNetwork(network);
  const passes = isOneLayer ? oneLayerPasses(network, pairs, dataset.dVocabOut) : undefined;
  const logits = passes ? undefined : await logitsOn(engine, model, dataset, weights);
  const spectra = spectraOf(network, pairs, dataset, passes);
  const keys = keysOf(spectra, passes, input.keyRule);
  const words = pairs?.cyclic && groupWords(dataset);
  const group = groupLogits(pairs, passes, logits, dataset.dVocabOut);
  const waves = group && logitWaves(group);
  const { logits: logitAblations, ...ofKeys } = group && waves ? keyParts(group, waves, keys.all) : {};
  const { attentionToTokens, logitAttribution, ...parts } = passes ? oneLayerMeasures(passes) : {};
  const ablations: Ablations = {
    ...(logitAblations ? { logits: logitAblations } : {}),
    ...(passes?.group ? neuronMeasures(passes.group, keys.all) : {}),
    ...parts,
  };
  const analysis: Omit<Analysis, 'absent'> = {
    ...(step === undefined ? {} : { step }),
    ...lossesOf(dataset, pairs, passes, logits),
    ...(words ? { group: words } : {}),
    ...keys.shown,
    ...neuronsOf(passes),
    ...(group && waves ? keyLosses(group, waves, keys.all) : {}),
    ...ofKeys,
    ...giniOf(spectra),
    sumSquaredWeights: sumSquaredWeights(weights),
    ...(attentionToTokens ? { attentionToTokens } : {}),
    ...shownSpectra(spectra, passes),
    singularValues: singularValuesOf(network, pairs, dataset, isOneLayer),
    ...(Object.keys(ablations).length > 0 ? { ablations } : {}),
    ...(logitAttribution ? { logitAttribution } : {}),
    ...(await headScoresOf(input, pairs)),
    ...principalOf(network, pairs, dataset),
    ...hiddenOf(dataset),
  };
  return { ...analysis, absent: reasonsFor(analysis, model, pairs) };
}

function hiddenOf(dataset: Dataset): Pick<Analysis, 'hiddenValues'> {
  const values = hiddenValues(dataset);
  return values ? { hiddenValues: values } : {};
}

interface Spectra {
  /** [n] norms of components. */
  readonly embedding?: Float64Array;
  readonly neuronLogit?: Float64Array;
}

function spectraOf(
  network: Network,
  pairs: PairExamples | undefined,
  { dVocabOut }: Dataset,
  passes: OneLayerPasses | undefined,
): Spectra {
  if (!pairs?.cyclic) return {};
  const { group } = pairs.cyclic;
  const embedding = embeddingComponents(network, group);
  if (!passes || network.shape.dMlp === 0) return { embedding };
  const W_L = neuronLogitMap(network, group.output, dVocabOut);
  return { embedding, neuronLogit: neuronLogitComponents(W_L, group.order) };
}

function keysOf(
  { embedding, neuronLogit }: Spectra,
  passes: OneLayerPasses | undefined,
  asked: KeyRule | undefined,
): {
  /** None where they do not stand out: what is built on them would mean nothing. */
  readonly all: readonly number[];
  readonly shown: Pick<Analysis, 'keyFrequencies' | 'keyFrequencyRule'>;
} {
  const neurons = passes?.group?.neurons;
  const byRule: Partial<Record<KeyRule, readonly number[]>> = {
    ...(neurons ? { neurons: neuronKeyFrequencies(neurons.frequency) } : {}),
    ...(neuronLogit ? { neuronLogit: strongFrequencies(neuronLogit) } : {}),
    ...(embedding ? { embedding: strongFrequencies(embedding) } : {}),
  };
  const rule = asked ?? (['neuronLogit', 'embedding'] as const).find((name) => byRule[name]);
  if (asked && !byRule[asked]) throw new KeyRuleNotAdmitted(asked, Object.keys(byRule) as KeyRule[]);
  if (!rule) return { all: [], shown: {} };
  const order = (neuronLogit ?? embedding)!.length;
  return {
    all: standingOut(byRule[rule]!, order),
    shown: { keyFrequencies: byRule, keyFrequencyRule: rule },
  };
}

/** The logits over the pairs of the group, in its order. */
function groupLogits(
  pairs: PairExamples | undefined,
  passes: OneLayerPasses | undefined,
  logits: ArrayLike<number> | undefined,
  dVocabOut: number,
): GroupLogits | undefined {
  if (!pairs?.cyclic) return undefined;
  const { examples, group } = pairs.cyclic;
  const ordered =
    passes?.group?.logits ?? logitsInGroupOrder(logits as Float64Array, dVocabOut, pairs.cyclic);
  const { label, train, test } = examples;
  return { n: group.order, logits: ordered, label, train, test };
}

function neuronsOf(passes: OneLayerPasses | undefined): Pick<Analysis, 'neurons'> {
  const neurons = passes?.group?.neurons;
  if (!neurons) return {};
  const counts = countByFrequency(neurons.frequency);
  return {
    neurons: {
      assigned: [...counts.values()].reduce((sum, count) => sum + count, 0),
      byFrequency: Object.fromEntries([...counts].map(([k, count]) => [String(k), count])),
    },
  };
}

function giniOf({ embedding, neuronLogit }: Spectra): Pick<Analysis, 'gini'> {
  if (!embedding) return {};
  return { gini: { embedding: gini(embedding), ...(neuronLogit ? { neuronLogit: gini(neuronLogit) } : {}) } };
}

function shownSpectra(
  { embedding, neuronLogit }: Spectra,
  passes: OneLayerPasses | undefined,
): Pick<Analysis, 'spectra'> {
  if (!embedding) return {};
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
