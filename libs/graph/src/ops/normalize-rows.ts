import { sameShape } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { OpRecord } from './op.js';
import { always, isMatrix, perEntry, rowsOf } from './shapes.js';

export interface Eps {
  readonly eps: number;
}

/** The record of `normalizeRows`. */
export const normalizeRowsOp: OpRecord<Eps> = {
  shape: (t) => (t.length === 1 && isMatrix(t[0]) ? t[0].shape : '[N, D]'),
  flops: perEntry(7),
  gradient: ({ attributes, operands: [x], dy }) => [normalizeRowsGradient(dy, x, attributes.eps)],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/**
 * `x [N,D] → (x − mean)/√(variance + eps)` of each row, variance over D: layer normalisation without weights.
 *
 * Source: Ba et al., arXiv:1607.06450.
 */
export const normalizeRows = (x: Tensor, eps: number): Tensor => x.graph.apply('normalizeRows', [x], { eps });

/** The record of `normalizeRowsGradient`. */
export const normalizeRowsGradientOp: OpRecord<Eps> = {
  shape: (t) =>
    t.length === 2 && t.every(isMatrix) && sameShape(t[0].shape, t[1].shape) ? t[0].shape : '[N, D] twice',
  flops: perEntry(14),
  rowOperands: rowsOf(0, 1),
};
/** `(dy [N,D], x [N,D]) → [N,D]`: the gradient of `y = normalizeRows(x)`, `(dy − mean(dy) − y·mean(dy·y))/√(variance + eps)`. */
export const normalizeRowsGradient = (dy: Tensor, x: Tensor, eps: number): Tensor =>
  dy.graph.apply('normalizeRowsGradient', [dy, x], { eps });
