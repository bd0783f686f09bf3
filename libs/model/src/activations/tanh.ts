import { ops } from '@grokscope/graph';
import type { Activation } from '../part.js';

/** tanh x. */
export const tanh: Activation = {
  kind: 'tanh',
  apply: ops.tanh,
  applyInPlace: (values) => {
    for (let at = 0; at < values.length; at++) values[at] = Math.tanh(values[at]);
  },
};
