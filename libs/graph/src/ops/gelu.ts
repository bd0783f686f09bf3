import type { Tensor } from '../tensor.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { always, oneTensor, perEntry, rowsOf, twoTensors } from './shapes.js';

/** The record of `gelu`. */
export const geluOp: OpRecord<NoAttributes> = {
  shape: oneTensor,
  flops: perEntry(32),
  gradient: ({ operands: [x], dy }) => [geluGradient(dy, x)],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/**
 * `x → x·Φ(x)`, Φ the normal distribution function: the exact form, ½x(1 + erf(x/√2)).
 *
 * Source: Hendrycks & Gimpel, arXiv:1606.08415.
 */
export const gelu = (x: Tensor): Tensor => x.graph.apply('gelu', [x], NONE);

/** The record of `geluGradient`. */
export const geluGradientOp: OpRecord<NoAttributes> = {
  shape: twoTensors,
  flops: perEntry(32),
  rowOperands: rowsOf(0, 1),
};
/** `(dy, x) → dy · (Φ(x) + x·φ(x))`, φ the normal density. */
export const geluGradient = (dy: Tensor, x: Tensor): Tensor => dy.graph.apply('geluGradient', [dy, x], NONE);
