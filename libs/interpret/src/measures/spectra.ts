import { measured } from '@grokscope/schema';
import type { Analysis } from '../analyze/analysis.js';
import { attentionSpectra } from '../network/attention.js';
import { normsByFrequency } from '../waves/transform.js';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';

const value = measured.object(
  {
    embedding: measured.numbers(),
    neuronLogit: measured.optional(measured.numbers()),
    attentionScores: measured.optional(measured.list(measured.numbers())),
  },
  'embedding, neuronLogit and attentionScores',
);

/**
 * The norms of the Fourier components over the group, cosine and sine of a frequency together, frequency k at k − 1: of
 * W_E, of the neuron–logit map, and of each head's attention scores as a function of the first number.
 *
 * Source: progress-measures-paper, notebooks; arXiv:2301.05217, section 4.
 */
export const spectra = {
  name: 'spectra',
  title: 'Fourier spectra',
  formula: '√(‖cos component k‖² + ‖sin component k‖²), k = 1 … ⌊n/2⌋',
  source: 'progress-measures-paper, notebooks; arXiv:2301.05217, section 4',
  unit: 'weights; logits of attention (attentionScores)',
  range: [0, null],
  needs: [],
  value,
  savedOnly: true,
  whyNot: whyNoGroup,
  absentAt: 8,
  of: ({ spectra: found, saved }) => {
    if (!found) return undefined;
    const { embedding, neuronLogit } = found;
    const shown = (components: Float64Array): number[] => Array.from(normsByFrequency(components));
    const group = saved?.passes?.group;
    return {
      embedding: shown(embedding),
      ...(neuronLogit ? { neuronLogit: shown(neuronLogit) } : {}),
      ...(group ? { attentionScores: attentionSpectra(group.net).map((norms) => Array.from(norms)) } : {}),
    };
  },
  // As many numbers as there are frequencies: for figures.
  told: false,
} as const satisfies Measure<Analysis['spectra']>;
