import type { Tensor } from '../tensor.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { always, oneTensor, perEntry, rowsOf, twoTensors } from './shapes.js';

/** The record of `tanh`. */
export const tanhOp: OpRecord<NoAttributes> = {
  shape: oneTensor,
  flops: perEntry(14),
  gradient: ({ operands: [x], dy }) => [tanhGradient(dy, x)],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `x → tanh x`. */
export const tanh = (x: Tensor): Tensor => x.graph.apply('tanh', [x], NONE);

/** The record of `tanhGradient`. */
export const tanhGradientOp: OpRecord<NoAttributes> = {
  shape: twoTensors,
  flops: perEntry(14),
  rowOperands: rowsOf(0, 1),
};
/**
 * `(dy, x) → dy / cosh² x`. Computed from x, not from y = tanh x: where y is near 1, `1 − y²` has lost most digits, and
 * beyond |x| = 9 all of them.
 */
export const tanhGradient = (dy: Tensor, x: Tensor): Tensor => dy.graph.apply('tanhGradient', [dy, x], NONE);
