import type { Shape } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import { multiply } from './elementwise.js';
import { zerosLike } from './constants.js';
import type { NoAttributes, OpRecord, Operand } from './op.js';
import { NONE } from './op.js';
import { always, isMatrix, isVector, perEntry, perOperandEntry, rowsOf } from './shapes.js';

const rowToEach = (t: readonly Operand[]): Shape | string =>
  t.length === 2 && isMatrix(t[0]) && isVector(t[1], t[0].shape[1], 'f32') ? t[0].shape : '[N, D] and [D]';

/** The record of `multiplyRow`. */
export const multiplyRowOp: OpRecord<NoAttributes> = {
  shape: rowToEach,
  flops: perEntry(1),
  gradient: ({ operands: [x, row], dy }) => [multiplyRow(dy, row), sumRows(multiply(dy, x))],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `(x [N,D], row [D]) → x[i,:] · row`. */
export const multiplyRow = (x: Tensor, row: Tensor): Tensor => x.graph.apply('multiplyRow', [x, row], NONE);

/** The record of `addRow`. */
export const addRowOp: OpRecord<NoAttributes> = {
  shape: rowToEach,
  flops: perEntry(1),
  gradient: ({ dy }) => [dy, sumRows(dy)],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `(x [N,D], row [D]) → x[i,:] + row`. */
export const addRow = (x: Tensor, row: Tensor): Tensor => x.graph.apply('addRow', [x, row], NONE);

/** The record of `sumRows`. */
export const sumRowsOp: OpRecord<NoAttributes> = {
  shape: (t) => (t.length === 1 && isMatrix(t[0]) ? [t[0].shape[1]] : '[N, D]'),
  flops: perOperandEntry(1),
  gradient: ({ operands: [x], dy }) => [addRow(zerosLike(x), dy)],
};
/** `x [N,D] → [D]`: sum over the rows. */
export const sumRows = (x: Tensor): Tensor => x.graph.apply('sumRows', [x], NONE);
