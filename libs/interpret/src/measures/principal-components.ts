import { measured } from '@grokscope/schema';
import { selectRows } from '../numerics/numbers.js';
import { principalComponents as componentsOf } from '../numerics/principal-components.js';
import { embeddingName } from '../network/network.js';
import { whyNoEmbedding } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { percent } from './text.js';

/** The number of components reported. */
const MOST = 10;

/**
 * The shares of the embedding's variance along its principal components, largest first, ten at most; for tasks whose
 * tokens have no cyclic order, which `spectra` requires.
 */
export const principalComponents = {
  name: 'principalComponents',
  title: 'Principal components of the embedding',
  formula: 'σ_i² ÷ Σ σ², of the rows of W_E without their mean',
  unit: '1',
  range: [0, 1],
  needs: [],
  value: measured.numbers(),
  savedOnly: true,
  whyNot: (subject) =>
    subject.pairs?.cyclic ? 'the task has a cyclic group, whose waves say more' : whyNoEmbedding(subject),
  isUnsaid: true,
  of: ({ model, dataset, pairs, weight }) => {
    const { dModel } = model;
    const rows = pairs?.classes ?? dataset.dVocab;
    const first = Int32Array.from({ length: rows }, (_, i) => i);
    const W_E = selectRows(weight(embeddingName(model)!), dModel, first);
    return Array.from(componentsOf(W_E, rows, dModel, MOST).explained);
  },
  told: {
    section: sections.weights,
    at: 3,
    rows: ({ principalComponents: shares }) =>
      shares ? [{ cells: ['principal components of W_E', listed(shares)] }] : [],
  },
} as const satisfies Measure<readonly number[]>;

const listed = (shares: readonly number[]) =>
  shares.flatMap((share, i) => (i === 0 ? [percent(share)] : [', ', percent(share)]));
