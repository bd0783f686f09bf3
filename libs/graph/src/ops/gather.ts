import type { Tensor } from '../tensor.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { isLabelled, isMatrix, perEntry, perOperandEntry } from './shapes.js';

/** The record of `gather`. */
export const gatherOp: OpRecord<NoAttributes> = {
  shape: (t) =>
    t.length === 2 && isMatrix(t[0]) && t[1].dtype === 'i32' && t[1].shape.length === 1
      ? [t[1].shape[0], t[0].shape[1]]
      : '[V, D] and i32 [N]',
  flops: perEntry(1),
  gradient: ({ operands: [table, index], dy }) => [scatterAdd(dy, index, table.shape[0])],
  indices: ({ operands: [table] }) => [{ operand: 1, limit: table[0] }],
};
/** `(table [V,D], index i32 [N]) → [N,D]`: row `index[i]` of the table. */
export const gather = (table: Tensor, index: Tensor): Tensor =>
  table.graph.apply('gather', [table, index], NONE);

/** The record of `scatterAdd`. */
export const scatterAddOp: OpRecord<{ readonly rows: number }> = {
  shape: (t, { rows }) =>
    t.length === 2 && isLabelled(t) && rows > 0 ? [rows, t[0].shape[1]] : '[N, D] and i32 [N]',
  flops: perOperandEntry(1),
  gradient: ({ operands: [, index], dy }) => [gather(dy, index)],
  indices: ({ attributes: { rows } }) => [{ operand: 1, limit: rows }],
};
/** `(x [N,D], index i32 [N]) → [rows,D]`: row v is the sum of the x[i,:] with index[i] = v. */
export const scatterAdd = (x: Tensor, index: Tensor, rows: number): Tensor =>
  x.graph.apply('scatterAdd', [x, index], { rows });

export interface SelectedRows {
  readonly nSelected: number;
  readonly nRows: number;
}

/** The record of `rowsWithin`. */
export const rowsWithinOp: OpRecord<SelectedRows> = {
  shape: (t, { nSelected, nRows }) => {
    const n = t.length === 1 && t[0].shape.length === 1 ? t[0].shape[0] : 0;
    const whole = nSelected > 0 && nRows > 0 && n % nSelected === 0;
    return n > 0 && whole && t[0].dtype === 'i32' ? [n] : `i32 [B·${nSelected}]`;
  },
  flops: perEntry(1),
  indices: ({ attributes: { nRows } }) => [{ operand: 0, limit: nRows }],
  resultType: 'i32',
};
/**
 * `place i32 [B·S] → i32 [B·S]`: entry i is `floor(i/S)·nRows + place[i]`, S = nSelected: row numbers of a value
 * `[B·nRows, D]` from places within each example, the same number of rows in every example. The entries are known only
 * at run time, but the graph knows that the index goes example by example.
 */
export const rowsWithin = (place: Tensor, { nSelected, nRows }: SelectedRows): Tensor =>
  place.graph.apply('rowsWithin', [place], { nSelected, nRows });
