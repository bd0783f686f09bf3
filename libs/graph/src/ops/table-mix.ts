import { sizeOf } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { AttentionSizes } from './attention-sizes.js';
import { keyIndexFits, sizesOf } from './attention-sizes.js';
import type { CountedNode, IndexOperand, OpRecord } from './op.js';
import { isMatrix } from './shapes.js';

/** The keys' index names rows of the table, operand 1. */
const tableRows = ({ operands: [, table] }: CountedNode<object>): readonly IndexOperand[] => [
  { operand: 2, limit: table[0] },
];

/** The record of `tableMix`. */
export const tableMixOp: OpRecord<AttentionSizes> = {
  shape: (t, a) => {
    const fits =
      t.length === 3 && keyIndexFits(t[0], t[2], a) && isMatrix(t[1]) && t[0].shape[1] === a.nHeads * a.nKeys;
    return fits && t[1].shape[1] % a.nHeads === 0
      ? [t[0].shape[0], t[1].shape[1] / a.nHeads]
      : '[B·Tq, H·Tk], [U, H·D] and i32 [B·Tk]';
  },
  flops: ({ shape, operands: [a] }) => 2 * sizeOf(a) * shape[1],
  gradient: ({ attributes, operands: [a, table, index], dy }) => [
    tableMixWeights(dy, table, index, attributes),
    tableMixTable(a, dy, index, attributes, table.shape[0]),
  ],
  indices: tableRows,
};
/** `(a [B·Tq, H·Tk], table [U, H·D], index i32 [B·Tk]) → [B·Tq, D]`: `Σ_k Σ_h a[q,h,k] table[index[k], h, :]`. */
export const tableMix = (a: Tensor, table: Tensor, index: Tensor, sizes: AttentionSizes): Tensor =>
  a.graph.apply('tableMix', [a, table, index], sizesOf(sizes));

/** The record of `tableMixWeights`. */
export const tableMixWeightsOp: OpRecord<AttentionSizes> = {
  shape: (t, a) =>
    t.length === 3 &&
    keyIndexFits(t[0], t[2], a) &&
    isMatrix(t[1]) &&
    t[1].shape[1] === a.nHeads * t[0].shape[1]
      ? [t[0].shape[0], a.nHeads * a.nKeys]
      : '[B·Tq, D], [U, H·D] and i32 [B·Tk]',
  flops: ({ shape, operands: [dy] }) => 2 * sizeOf(shape) * dy[1],
  indices: tableRows,
};
/** `(dy [B·Tq, D], table [U, H·D], index i32 [B·Tk]) → [B·Tq, H·Tk]`: `dy[q] · table[index[k], h, :]`. */
export const tableMixWeights = (dy: Tensor, table: Tensor, index: Tensor, sizes: AttentionSizes): Tensor =>
  dy.graph.apply('tableMixWeights', [dy, table, index], sizesOf(sizes));

/** The record of `tableMixTable`. */
export const tableMixTableOp: OpRecord<AttentionSizes & { readonly rows: number }> = {
  shape: (t, a) => {
    const fits = t.length === 3 && keyIndexFits(t[0], t[2], a) && t[0].shape[1] === a.nHeads * a.nKeys;
    return fits && isMatrix(t[1]) && t[1].shape[0] === t[0].shape[0]
      ? [a.rows, a.nHeads * t[1].shape[1]]
      : '[B·Tq, H·Tk], [B·Tq, D] and i32 [B·Tk]';
  },
  flops: ({ attributes, shape, operands: [a] }) => 2 * sizeOf(a) * (shape[1] / attributes.nHeads),
  indices: ({ attributes: { rows } }) => [{ operand: 2, limit: rows }],
};
/** `(a [B·Tq, H·Tk], dy [B·Tq, D], index i32 [B·Tk]) → [rows, H·D]`: row u, head h is `Σ_{q,k: index[k]=u} a[q,h,k] dy[q]`. */
export const tableMixTable = (
  a: Tensor,
  dy: Tensor,
  index: Tensor,
  sizes: AttentionSizes,
  rows: number,
): Tensor => a.graph.apply('tableMixTable', [a, dy, index], { ...sizesOf(sizes), rows });
