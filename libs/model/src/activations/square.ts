import { ops } from '@grokscope/graph';
import type { Activation } from '../part.js';

/** x². Source: Gromov, arXiv:2301.02679. */
export const square: Activation = {
  kind: 'square',
  apply: (x) => ops.multiply(x, x),
  applyInPlace: (values) => {
    for (let at = 0; at < values.length; at++) values[at] *= values[at];
  },
};
