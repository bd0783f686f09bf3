import { measured } from '@grokscope/schema';
import { gini as giniOf } from '../numerics/concentration.js';
import { whyNoGroup, whyNoGroupNeurons } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact } from './text.js';

const value = measured.object(
  { embedding: measured.number(), neuronLogit: measured.optional(measured.number()) },
  'embedding and neuronLogit',
);

/**
 * The Gini coefficient of the norms of the Fourier components of W_E, and of the neuron–logit map if there is one: Σ_i
 * (2i − n − 1) x_(i) ÷ (n Σ x), x ascending. A pure number from 0 (even) to 1 (one component alone).
 *
 * Source: progress-measures-paper; arXiv:2301.05217, section 5.1.
 */
export const gini = {
  name: 'gini',
  title: 'Gini coefficient',
  formula: 'Σ_i (2i − n − 1) x_(i) ÷ (n Σ x), of the norms x of the Fourier components, ascending',
  source: 'arXiv:2301.05217, section 5.1',
  unit: '1',
  range: [0, 1],
  needs: [],
  value,
  columns: [
    {
      path: '*',
      note: 'Gini coefficient of the norms of the Fourier components: {}. 0 is even, 1 is one frequency alone.',
    },
  ],
  whyNot: whyNoGroup,
  absentAt: 7,
  parts: [{ path: 'neuronLogit', absentAt: 10, whyNot: whyNoGroupNeurons }],
  of: ({ spectra }) =>
    spectra && {
      embedding: giniOf(spectra.embedding),
      ...(spectra.neuronLogit ? { neuronLogit: giniOf(spectra.neuronLogit) } : {}),
    },
  told: {
    section: sections.weights,
    at: 1,
    rows: ({ gini: found }) => [
      ...(found ? [{ cells: ['Gini, embedding', exact(found.embedding)] }] : []),
      ...(found?.neuronLogit === undefined
        ? []
        : [{ cells: ['Gini, neuron–logit map', exact(found.neuronLogit)] }]),
    ],
  },
} as const satisfies Measure<{ readonly embedding: number; readonly neuronLogit?: number }>;
