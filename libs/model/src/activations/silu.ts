import { ops } from '@grokscope/graph';
import type { Activation } from '../part.js';

/** x·σ(x), σ(x) = 1/(1 + e^−x) = (1 + tanh(x/2))/2. Source: Elfwing et al., arXiv:1702.03118. */
export const silu: Activation = {
  kind: 'silu',
  apply: (x) => {
    const half = ops.scale(x, 0.5);
    return ops.add(half, ops.multiply(half, ops.tanh(half)));
  },
  applyInPlace: (values) => {
    for (let at = 0; at < values.length; at++) values[at] /= 1 + Math.exp(-values[at]);
  },
};
