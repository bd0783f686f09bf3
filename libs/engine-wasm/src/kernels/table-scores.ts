import { sizeOf } from '@grokscope/base';
import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

/** s (Uq, H·Uk), q (B·Tq), k (B·Tk). */
export const gatherScores: Kernel<'gatherScores'> = {
  encode: ({ attributes, shape: [rows], operands: [[, columns]] }, { out, at: [s, q, k] }) => {
    const { nHeads, nQueries, nKeys } = attributes;
    return [Opcode.GatherScores, out, s, q, k, rows, nHeads, nQueries, nKeys, columns / nHeads];
  },
};

/** d (B·Tq, H·Tk), q (B·Tq), k (B·Tk). The scratch holds the sums in float64. */
export const scatterScores: Kernel<'scatterScores'> = {
  encode: ({ attributes, operands: [[rows]] }, { out, at: [d, q, k], scratch }) => {
    const { nHeads, nQueries, nKeys, keyRows, queryRows } = attributes;
    const sizes = [rows, nHeads, nQueries, nKeys, keyRows, queryRows];
    return [Opcode.ScatterScores, out, d, q, k, ...sizes, scratch];
  },
  scratchBytes: ({ shape }) => 8 * sizeOf(shape),
};
