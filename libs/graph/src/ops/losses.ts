import type { Shape } from '@grokscope/base';
import type { CountedNode, IndexOperand, Operand } from './op.js';
import { isLabelled, isVector } from './shapes.js';

/* The operand shapes that all losses over rows of logits share. */

/** `(logits [N,V], labels i32 [N]) → [N]`. */
export const lossShape = (t: readonly Operand[]): Shape | string =>
  t.length === 2 && isLabelled(t) ? [t[0].shape[0]] : '[N, V] and i32 [N]';

/** `(logits [N,V], labels i32 [N], dLoss [N]) → [N,V]`. */
export const lossGradientShape = (t: readonly Operand[]): Shape | string =>
  t.length === 3 && isLabelled(t) && isVector(t[2], t[0].shape[0], 'f32')
    ? t[0].shape
    : '[N, V], i32 [N] and [N]';

/** Labels, operand 1, are classes of the logits, operand 0. */
export const labelIndices = ({ operands: [logits] }: CountedNode<object>): readonly IndexOperand[] => [
  { operand: 1, limit: logits[1] },
];
