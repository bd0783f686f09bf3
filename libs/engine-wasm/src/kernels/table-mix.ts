import type { AttentionSizes } from '@grokscope/graph';
import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

/** a (B·Tq, H·Tk), table (U, H·D), index (B·Tk); may be followed by an addend, a bias and a relu. */
export const tableMix: Kernel<'tableMix'> = {
  encode: ({ attributes, shape: [rows, columns] }, { out, at: [a, table, index], after }) => {
    const { nHeads, nQueries, nKeys } = attributes;
    return [
      Opcode.TableMix,
      ...[out, a, table, index, rows, nHeads, nQueries, nKeys, columns],
      ...[after.bias, Number(after.relu), after.addend],
    ];
  },
};

/** dy (B·Tq, D), table (U, H·D), index (B·Tk). */
export const tableMixWeights: Kernel<'tableMixWeights'> = {
  encode: ({ attributes, operands: [[rows, columns]] }, { out, at: [dy, table, index] }) => {
    const { nHeads, nQueries, nKeys } = attributes;
    return [Opcode.TableMixWeights, out, dy, table, index, rows, nHeads, nQueries, nKeys, columns];
  },
};

/** a (B·Tq, H·Tk), dy (B·Tq, D), index (B·Tk). The scratch groups an index that is given at run time. */
export const tableMixTable: Kernel<'tableMixTable'> = {
  encode: (
    { attributes, operands: [[queries], [, columns]] },
    { out, at: [a, dy, index], groups, scratch },
  ) => {
    const { nHeads, nQueries, nKeys, rows } = attributes;
    const sizes = [queries, nHeads, nQueries, nKeys, columns, rows];
    return [Opcode.TableMixTable, out, a, dy, groups ? 0 : index, ...sizes, groups || scratch];
  },
  scratchBytes: ({ attributes: { rows, nKeys }, operands: [, [queries]] }) =>
    4 * groupWords(rows, queries, nKeys),
  group: { operand: 2, make: (index, attributes) => groupByTableRow(index, attributes, attributes.rows) },
};

/** i32 words of `groupByTableRow`. */
export const groupWords = (rows: number, queryRows: number, nKeys: number): number =>
  rows + 1 + 2 * queryRows * nKeys;

/**
 * For each table row u, the query rows that mix it and the positions of their weights for it: `starts` [rows + 1], then
 * `entries` (query row, position in a [B·Tq, H·Tk] of its weight for head 0), row u's from starts[u] to starts[u + 1],
 * in the order of the index.
 */
export function groupByTableRow(
  index: Int32Array,
  { nHeads, nQueries, nKeys }: AttentionSizes,
  rows: number,
): Int32Array {
  const groups = new Int32Array(groupWords(rows, (index.length / nKeys) * nQueries, nKeys));
  for (const row of index) groups[row + 1] += nQueries;
  for (let row = 0; row < rows; row++) groups[row + 1] += groups[row];
  const next = groups.slice(0, rows);
  index.forEach((row, position) => {
    const [example, key] = [Math.floor(position / nKeys), position % nKeys];
    for (let q = 0; q < nQueries; q++) {
      const query = example * nQueries + q;
      groups.set([query, query * nHeads * nKeys + key], rows + 1 + 2 * next[row]++);
    }
  });
  return groups;
}
