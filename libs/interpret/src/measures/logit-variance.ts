import { measured } from '@grokscope/schema';
import type { Analysis } from '../analyze/analysis.js';
import { byFrequency } from '../analyze/key-measures.js';
import { logitVariance as varianceOf } from '../waves/logit-waves.js';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { percent } from './text.js';

const value = measured.object(
  { explained: measured.number(), byFrequency: measured.byKey() },
  'explained and byFrequency',
);

/**
 * The share of the logits' variance over inputs along cos w_k(a+b) and sin w_k(a+b): for all key frequencies k
 * together, and for each. A pure number from 0 to 1.
 *
 * Source: progress-measures-paper, notebooks.
 */
export const logitVariance = {
  name: 'logitVariance',
  title: 'Variance of the logits along the key frequencies',
  formula: '‖parts along cos w_k(a+b), sin w_k(a+b)‖² ÷ ‖logits − their mean over inputs‖², k key',
  source: 'progress-measures-paper, notebooks',
  unit: '1',
  range: [0, 1],
  needs: ['logits'],
  value,
  savedOnly: true,
  byKeys: true,
  whyNot: whyNoGroup,
  absentAt: 6,
  of: ({ keyed }) => {
    if (!keyed) return undefined;
    const { logits, waves, keys } = keyed;
    const variance = varianceOf(logits, waves, keys);
    return {
      explained: variance.explained,
      byFrequency: byFrequency(keys, (k) => variance.byFrequency.get(k)!),
    };
  },
  told: {
    section: sections.formula,
    rows: ({ logitVariance: found }) =>
      Object.entries(found?.byFrequency ?? {}).map(([k, share]) => ({
        key: k,
        cells: [[percent(share), " of the logits' variance over inputs"]],
      })),
  },
} as const satisfies Measure<Analysis['logitVariance']>;
