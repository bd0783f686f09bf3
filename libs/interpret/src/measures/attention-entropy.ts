import { measured } from '@grokscope/schema';
import { scoredRowsOf } from '../analyze/forward.js';
import type { NetworkShape } from '../network/network.js';
import type { Measure } from './measure.js';

const patterns = ({ nLayers }: NetworkShape): readonly string[] =>
  Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.attn.hook_pattern`);

/**
 * The entropy of each head's attention, −Σ p ln p over the keys, the mean over the positions that answer in all kept
 * examples: 0 where it always looks at one token, the logarithm of the number of tokens where it looks at all alike. With an
 * attention rate below 1 weights are taken as shares of their sum. Heads are named as in TransformerLens, `L0H1`.
 */
export const attentionEntropy = {
  name: 'attentionEntropy',
  title: 'Entropy of attention',
  formula: '−Σ p ln p over keys, by head, the mean over the positions that answer',
  unit: 'nats',
  range: [0, null],
  needs: ['activations'],
  value: measured.byKey(),
  byName: 'everywhere',
  once: true,
  columns: [{ path: '*', note: 'Mean entropy of the attention of head `{}`, in nats.' }],
  curves: [{ of: '*', name: 'attentionEntropy', label: 'entropy', panel: 'own' }],
  activations: ({ model }) => patterns(model),
  whyNot: ({ model: { nLayers, kind } }) =>
    nLayers === 0 ? `a model of the kind ${kind} has no heads` : undefined,
  of: ({ model, dataset, activation }) => {
    const rows = scoredRowsOf(dataset);
    const { nHeads } = model;
    const { nCtx } = dataset;
    const entries = patterns(model).flatMap((name, layer) => {
      const pattern = activation(name);
      return Array.from({ length: nHeads }, (_, head) => {
        const sum = rows.reduce(
          (total, row) => total + entropy(pattern, (row * nHeads + head) * nCtx, nCtx),
          0,
        );
        return [`L${layer}H${head}`, sum / rows.length] as const;
      });
    });
    return Object.fromEntries(entries);
  },
} as const satisfies Measure<Readonly<Record<string, number>>>;

/** Of the shares that weights have in their sum. */
function entropy(weights: ArrayLike<number>, at: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += weights[at + k];
  let found = 0;
  for (let k = 0; k < count; k++) {
    const share = weights[at + k] / sum;
    if (share > 0) found -= share * Math.log(share);
  }
  return found;
}
