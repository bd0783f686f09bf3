import type { AttentionSizes } from '@grokscope/graph';
import type { Cells, Kernel } from '../kernel.js';

// Attention whose values are rows of a small table, found by index.

/**
 * Calls `visit` for each query, head and key with the positions of its weight, of the query's row, and of the table's
 * row and head.
 */
function eachWeight(
  { nHeads, nQueries, nKeys }: AttentionSizes,
  index: Cells,
  visit: (weight: number, query: number, entry: number) => void,
): void {
  for (let e = 0; e < index.length / nKeys; e++)
    for (let q = 0; q < nQueries; q++)
      for (let head = 0; head < nHeads; head++)
        for (let k = 0; k < nKeys; k++) {
          const row = e * nQueries + q;
          visit((row * nHeads + head) * nKeys + k, row, index[e * nKeys + k] * nHeads + head);
        }
}

/** out (B·Tq,D) = Σ_k Σ_h a·table; a (B·Tq,H·Tk), table (U,H·D), index (B·Tk). */
export const tableMix: Kernel<'tableMix'> = ({
  out,
  operands: [a, table, index],
  attributes: sizes,
  shape: [, d],
}) => {
  out.fill(0);
  eachWeight(sizes, index, (weight, query, entry) => {
    for (let c = 0; c < d; c++) out[query * d + c] += a[weight] * table[entry * d + c];
  });
};

/** out (B·Tq,H·Tk) = dy·table of each query, head and key; dy (B·Tq,D), table (U,H·D), index (B·Tk). */
export const tableMixWeights: Kernel<'tableMixWeights'> = ({
  out,
  operands: [dy, table, index],
  attributes: sizes,
  width,
}) => {
  const d = width(0);
  eachWeight(sizes, index, (weight, query, entry) => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += dy[query * d + c] * table[entry * d + c];
    out[weight] = sum;
  });
};

/** out (U,H·D) = Σ over the queries and keys that read a row of a·dy; a (B·Tq,H·Tk), dy (B·Tq,D), index (B·Tk). */
export const tableMixTable: Kernel<'tableMixTable'> = ({
  out,
  operands: [a, dy, index],
  attributes: sizes,
  width,
}) => {
  const d = width(1);
  out.fill(0);
  eachWeight(sizes, index, (weight, query, entry) => {
    for (let c = 0; c < d; c++) out[entry * d + c] += a[weight] * dy[query * d + c];
  });
};
