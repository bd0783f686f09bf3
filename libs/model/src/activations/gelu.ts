import { normalDistribution } from '@grokscope/base';
import { ops } from '@grokscope/graph';
import type { Activation } from '../part.js';

/** x·Φ(x), the exact form by erf, as TransformerLens's `gelu`. Source: Hendrycks & Gimpel, arXiv:1606.08415. */
export const gelu: Activation = {
  kind: 'gelu',
  apply: ops.gelu,
  applyInPlace: (values) => {
    for (let at = 0; at < values.length; at++) values[at] *= normalDistribution(values[at]);
  },
};
