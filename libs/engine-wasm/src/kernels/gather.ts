import { sizeOf } from '@grokscope/base';
import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

/** The result is (N,D). */
export const gather: Kernel<'gather'> = {
  encode: ({ shape: [n, d] }, { out, at: [table, index] }) => [Opcode.Gather, out, table, index, n, d],
};

/** x (N,D). The scratch groups its rows by index. */
export const scatterAdd: Kernel<'scatterAdd'> = {
  encode: ({ attributes: { rows }, operands: [[n, d]] }, { out, at: [x, index], scratch }) => [
    Opcode.ScatterAdd,
    ...[out, x, index, n, d, rows, scratch],
  ],
  scratchBytes: ({ attributes: { rows }, operands: [[n]] }) => 4 * (rows + 1 + n),
};

export const rowsWithin: Kernel<'rowsWithin'> = {
  encode: ({ attributes: { nSelected, nRows }, shape }, { out, at: [place] }) => [
    Opcode.RowsWithin,
    ...[out, place, sizeOf(shape), nSelected, nRows],
  ],
};
