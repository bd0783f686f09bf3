import type { Tensor } from '../tensor.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { always, oneTensor, perEntry, rowsOf, twoTensors } from './shapes.js';

/** The record of `relu`. */
export const reluOp: OpRecord<NoAttributes> = {
  shape: oneTensor,
  flops: perEntry(1),
  gradient: ({ y, dy }) => [reluGradient(dy, y)],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `x → max(x, 0)`. */
export const relu = (x: Tensor): Tensor => x.graph.apply('relu', [x], NONE);

/** The record of `reluGradient`. */
export const reluGradientOp: OpRecord<NoAttributes> = {
  shape: twoTensors,
  flops: perEntry(1),
  rowOperands: rowsOf(0, 1),
};
/** `(dy, y = relu(x)) → dy where y > 0, else 0`. */
export const reluGradient = (dy: Tensor, y: Tensor): Tensor => dy.graph.apply('reluGradient', [dy, y], NONE);
