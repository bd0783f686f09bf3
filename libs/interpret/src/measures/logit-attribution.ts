import { measured } from '@grokscope/schema';
import type { LogitAttribution } from '../network/logit-attribution.js';
import { logitAttribution as attributionOf } from '../network/logit-attribution.js';
import { whyNoExactPass } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact } from './text.js';

const value = measured.object(
  {
    embedding: measured.number(),
    heads: measured.numbers(),
    mlp: measured.optional(measured.number()),
    total: measured.number(),
  },
  'embedding, heads, mlp and total',
);

/**
 * The contribution of each part that writes to the residual stream to the wanted logit, relative to the mean of its row
 * and averaged over all pairs: "=" itself, each head, the MLP, and all together.
 *
 * Source: TransformerLens, "direct logit attribution"; deviation: against the mean of all logits.
 */
export const logitAttribution = {
  name: 'logitAttribution',
  title: 'Direct logit attribution',
  formula: 'part · W_U[right answer] − the mean over answers of part · W_U, the mean over pairs',
  source: 'TransformerLens, direct logit attribution',
  unit: 'logits',
  range: [null, null],
  needs: [],
  value,
  savedOnly: true,
  whyNot: whyNoExactPass,
  absentAt: 12,
  of: ({ saved }) => {
    if (!saved?.passes) return undefined;
    const { net, parts, wanted } = saved.passes.every;
    return attributionOf(net, parts, wanted);
  },
  told: {
    section: sections.attention,
    rows: ({ logitAttribution: found }) => [
      ...(found?.heads ?? []).map((adds, h) => ({ key: `head ${h}`, cells: [exact(adds)] })),
      ...(found?.mlp === undefined ? [] : [{ cells: ['MLP', '', '', '', exact(found.mlp)] }]),
    ],
  },
} as const satisfies Measure<LogitAttribution>;
