import type { NamedTensor } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';
import { gini } from '../concentration.js';
import type { KeyRule } from '../key-frequencies.js';
import { strongFrequencies } from '../key-frequencies.js';
import type { GroupLogits } from '../logit-waves.js';
import { logitWaves } from '../logit-waves.js';
import { lossAndAccuracy } from '../loss.js';
import type { NetworkShape } from '../network.js';
import { networkOf } from '../network.js';
import type { Reals } from '../numbers.js';
import { selectColumns } from '../numbers.js';
import { standingOut } from '../standing-out.js';
import { sumSquaredWeights } from '../sum-squared-weights.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder, pairExamplesOf } from './examples.js';
import { keyLosses } from './key-measures.js';
import { embeddingComponents, neuronLogitComponents, neuronLogitMap } from './weights.js';

/** Of an analysis what is cheap enough to follow training by. */
export type LiveMeasures =
  Pick<
    Analysis,
    | 'loss'
    | 'accuracy'
    | 'keyFrequencies'
    | 'keyFrequencyRule'
    | 'restrictedLoss'
    | 'excludedLoss'
    | 'logitFit'
    | 'gini'
    | 'sumSquaredWeights'
  > extends infer M
    ? { readonly [K in keyof M]?: M[K] }
    : never;

/** Measures the weights of one step after another. */
export interface LiveMeter {
  /** Whether `measure` reads logits; without, it knows of weights alone. */
  readonly needsLogits: boolean;
  /**
   * @param logits [N, dVocabOut] of the kept examples in their order (one scored position each).
   * @param keys the final network's key frequencies; without, the step's own are used where they stand out.
   */
  readonly measure: (
    weights: readonly NamedTensor[],
    logits?: Reals,
    keys?: readonly number[],
  ) => LiveMeasures;
}

/** Prepares the live measures of a model on a task. */
export function createLiveMeter(model: NetworkShape, dataset: Dataset): LiveMeter {
  const pairs = pairExamplesOf(dataset);
  const inOrder = pairs?.cyclic && groupLogitsOf(pairs.cyclic, dataset.dVocabOut);
  return {
    needsLogits: pairs !== undefined,
    measure: (weights, logits, keys) => ({
      ...(pairs && logits ? ofPairs(model, dataset, pairs, inOrder, weights, logits, keys) : {}),
      sumSquaredWeights: sumSquaredWeights(weights),
    }),
  };
}

function ofPairs(
  model: NetworkShape,
  { dVocabOut, labels }: Dataset,
  pairs: PairExamples,
  inOrder: ((logits: Reals) => GroupLogits) | undefined,
  weights: readonly NamedTensor[],
  logits: Reals,
  keys: readonly number[] | undefined,
): LiveMeasures {
  // The answers are the first outputs: "=" and what follows it are none.
  const { classes } = pairs;
  const measures: LiveMeasures = {
    ...lossAndAccuracy(logits, dVocabOut, labels, pairs.wanted, classes),
  };
  if (!pairs.cyclic || !inOrder) return measures;
  const { group } = pairs.cyclic;
  const network = networkOf(model, weights);
  const embedding = embeddingComponents(network, group);
  const hasMap = model.nLayers === 1 && model.dMlp > 0 && model.normalization === 'none';
  const neuronLogit = hasMap
    ? neuronLogitComponents(neuronLogitMap(network, group.output, dVocabOut), group.order)
    : undefined;
  const rule: KeyRule = neuronLogit ? 'neuronLogit' : 'embedding';
  const own = strongFrequencies(neuronLogit ?? embedding);
  const used = keys ?? standingOut(own, group.order);
  const found = used.length > 0 ? lossesOfKeys(inOrder(logits), used) : {};
  return {
    ...measures,
    gini: { embedding: gini(embedding), ...(neuronLogit ? { neuronLogit: gini(neuronLogit) } : {}) },
    ...(used.length > 0
      ? {
          keyFrequencies: {
            ...(neuronLogit ? { neuronLogit: rule === 'neuronLogit' ? used : own } : {}),
            embedding: rule === 'embedding' ? used : strongFrequencies(embedding),
          },
          keyFrequencyRule: rule,
          restrictedLoss: found.restrictedLoss,
          ...(found.excludedLoss ? { excludedLoss: found.excludedLoss } : {}),
          logitFit: found.logitFit,
        }
      : {}),
  };
}

const lossesOfKeys = (given: GroupLogits, keys: readonly number[]): ReturnType<typeof keyLosses> =>
  keyLosses(given, logitWaves(given), keys);

/** Puts logits into the order of the group. They are copied to the same place at every step. */
function groupLogitsOf(
  cyclic: NonNullable<PairExamples['cyclic']>,
  dVocabOut: number,
): (logits: Reals) => GroupLogits {
  const { group, examples } = cyclic;
  const { label, train, test } = examples;
  const n = group.order;
  const isIdentity =
    examples.example.every((e, at) => e === at) && group.output.every((token, t) => token === t);
  let buffer: Float64Array | undefined;
  return (logits) => {
    buffer ??= isIdentity ? new Float64Array(n ** 3) : undefined;
    const ordered = isIdentity
      ? selectColumns(logits, dVocabOut, group.output, buffer)
      : logitsInGroupOrder(logits, dVocabOut, cyclic);
    return { n, logits: ordered, label, train, test };
  };
}
