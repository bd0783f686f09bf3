import { measured } from '@grokscope/schema';
import type { TokenAttention } from '../network/attention.js';
import { attentionToTokens as attentionOf } from '../network/attention.js';
import { whyNoExactPass } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { percent } from './text.js';

const value = measured.list(measured.numbers());

/**
 * For each head, the attention weights from "=" to a, b and "=", after softmax, averaged over all pairs: three shares
 * of one that add up to 1.
 *
 * Source: progress-measures-paper, notebooks.
 */
export const attentionToTokens = {
  name: 'attentionToTokens',
  title: 'Attention to each token',
  formula: 'softmax(q_"=" · k ÷ √dHead), to a, b and "=", the mean over pairs',
  source: 'progress-measures-paper, notebooks',
  unit: '1',
  range: [0, 1],
  needs: [],
  value,
  savedOnly: true,
  whyNot: whyNoExactPass,
  absentAt: 11,
  of: ({ saved }) => saved?.passes && attentionOf(saved.passes.every.net),
  told: {
    section: sections.attention,
    rows: ({ attentionToTokens: heads = [] }) =>
      heads.map((shares, h) => ({
        key: `head ${h}`,
        cells: [`head ${h}`, ...shares.map((share) => percent(share))],
      })),
  },
} as const satisfies Measure<readonly TokenAttention[]>;
