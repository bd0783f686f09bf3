import type { NamedTensor } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';
import { gini } from '../concentration.js';
import type { KeyRule } from '../key-frequencies.js';
import { strongFrequencies } from '../key-frequencies.js';
import type { GroupLogits } from '../logit-waves.js';
import { logitWaves } from '../logit-waves.js';
import { rowLosses, rowsCorrect, splitMeans } from '../loss.js';
import type { NetworkShape } from '../network.js';
import { networkOf } from '../network.js';
import type { Reals } from '../numbers.js';
import { selectColumns } from '../numbers.js';
import { sumSquaredWeights } from '../sum-squared-weights.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder, pairExamplesOf } from './examples.js';
import { keyLosses } from './key-measures.js';
import { embeddingComponents, neuronLogitComponents, neuronLogitMap } from './weights.js';

/** Keys are live only when a rule gives at most so many: early on it marks nearly every frequency, which means nothing. */
export const MAX_LIVE_KEYS = 10;

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
   * @param keys the final network's key frequencies; without, the step's own are used where they are few.
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
  return {
    needsLogits: pairs !== undefined,
    measure: (weights, logits, keys) => ({
      ...(pairs && logits ? ofPairs(model, dataset, pairs, weights, logits, keys) : {}),
      sumSquaredWeights: sumSquaredWeights(weights),
    }),
  };
}

function ofPairs(
  model: NetworkShape,
  { dVocabOut, labels }: Dataset,
  pairs: PairExamples,
  weights: readonly NamedTensor[],
  logits: Reals,
  keys: readonly number[] | undefined,
): LiveMeasures {
  const ofClasses = selectColumns(logits, dVocabOut, pairs.grid.outputs);
  const measures: LiveMeasures = {
    loss: splitMeans(rowLosses(ofClasses, pairs.classes, labels), pairs.wanted),
    accuracy: splitMeans(rowsCorrect(ofClasses, pairs.classes, labels), pairs.wanted),
  };
  if (!pairs.cyclic) return measures;
  const { group, examples } = pairs.cyclic;
  const network = networkOf(model, weights);
  const embedding = embeddingComponents(network, group);
  const hasMap = model.nLayers === 1 && model.dMlp > 0 && model.normalization === 'none';
  const neuronLogit = hasMap
    ? neuronLogitComponents(neuronLogitMap(network, group.output, dVocabOut), group.order)
    : undefined;
  const rule: KeyRule = neuronLogit ? 'neuronLogit' : 'embedding';
  const own = strongFrequencies(neuronLogit ?? embedding);
  const used = keys ?? (own.length <= MAX_LIVE_KEYS ? own : []);
  const isIdentity = group.order === pairs.classes && examples.example.every((e, at) => e === at);
  const given: GroupLogits = {
    n: group.order,
    logits:
      isIdentity && sameOrder(group.output) ? ofClasses : logitsInGroupOrder(logits, dVocabOut, pairs.cyclic),
    label: examples.label,
    train: examples.train,
    test: examples.test,
  };
  const found = used.length > 0 ? keyLosses(given, logitWaves(given), used) : {};
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

const sameOrder = (tokens: Int32Array): boolean => tokens.every((token, t) => token === t);
