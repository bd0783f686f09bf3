import { measured } from '@grokscope/schema';
import type { Analysis } from '../analyze/analysis.js';
import { neuronLogitMap } from '../analyze/weights.js';
import { embeddingName, networkOf } from '../network/network.js';
import { whyNoEmbedding } from './admission.js';
import { singularValues as valuesOf } from '../numerics/singular-values.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';

const value = measured.object(
  { W_E: measured.numbers(), W_L: measured.optional(measured.numbers()) },
  'W_E and W_L',
);

/** The number of singular values listed in the text. */
const MOST_LISTED = 8;

/**
 * The singular values, largest first, of the embedding (for tasks on pairs without "=") and of the neuron–logit map W_L
 * = W_out · W_U of a one-layer network: they show how many directions are in use.
 *
 * Source: progress-measures-paper, notebooks.
 */
export const singularValues = {
  name: 'singularValues',
  title: 'Singular values',
  formula: 'σ_1 ≥ σ_2 ≥ … of W_E and of W_L = W_out · W_U',
  source: 'progress-measures-paper, notebooks',
  unit: 'weights (W_E), squared weights (W_L)',
  range: [0, null],
  needs: [],
  value,
  savedOnly: true,
  whyNot: whyNoEmbedding,
  isUnsaid: true,
  of: ({ model, dataset, pairs, weights, weight, saved }) => {
    const { dModel, dMlp } = model;
    const rows = pairs?.classes ?? dataset.dVocab;
    const W_E = weight(embeddingName(model)!).subarray(0, rows * dModel);
    const W_L =
      pairs && saved?.passes && dMlp > 0
        ? neuronLogitMap(networkOf(model, weights), pairs.grid.outputs, dataset.dVocabOut)
        : undefined;
    return {
      W_E: Array.from(valuesOf(W_E, rows, dModel)),
      ...(W_L ? { W_L: Array.from(valuesOf(W_L, dMlp, pairs!.classes)) } : {}),
    };
  },
  told: {
    section: sections.weights,
    at: 2,
    rows: ({ singularValues: found }) => [
      ...(found ? [{ cells: ['singular values, W_E', few(found.W_E)] }] : []),
      ...(found?.W_L ? [{ cells: ['singular values, W_L', few(found.W_L)] }] : []),
    ],
  },
} as const satisfies Measure<NonNullable<Analysis['singularValues']>>;

const few = (values: readonly number[]): string =>
  values
    .slice(0, MOST_LISTED)
    .map((x) => x.toPrecision(3))
    .join(', ') + (values.length > MOST_LISTED ? ', …' : '');
