import type { AttentionSizes } from '@grokscope/graph';
import type { Cells, Kernel } from '../kernel.js';

// Attention scores that are entries of a small table, found by the indices of query and key.

/**
 * Calls `visit` for each weight (B·Tq,H·Tk) with its position and that of its entry in a score table (Uq,H·Uk), Uk =
 * keyRows.
 */
function eachScore(
  { nHeads, nQueries, nKeys }: AttentionSizes,
  q: Cells,
  k: Cells,
  keyRows: number,
  visit: (weight: number, entry: number) => void,
): void {
  for (let row = 0; row < q.length; row++)
    for (let head = 0; head < nHeads; head++)
      for (let key = 0; key < nKeys; key++) {
        const example = Math.floor(row / nQueries);
        const entry = (q[row] * nHeads + head) * keyRows + k[example * nKeys + key];
        visit((row * nHeads + head) * nKeys + key, entry);
      }
}

/** out (B·Tq,H·Tk): s (Uq,H·Uk) at the table rows of each query, q (B·Tq), and key, k (B·Tk). */
export const gatherScores: Kernel<'gatherScores'> = ({
  out,
  operands: [s, q, k],
  attributes: sizes,
  width,
}) => eachScore(sizes, q, k, width(0) / sizes.nHeads, (weight, entry) => (out[weight] = s[entry]));

/** out (Uq,H·Uk): sums of d (B·Tq,H·Tk) over the queries and keys with those table rows. */
export const scatterScores: Kernel<'scatterScores'> = ({ out, operands: [d, q, k], attributes }) => {
  out.fill(0);
  eachScore(attributes, q, k, attributes.keyRows, (weight, entry) => (out[entry] += d[weight]));
};
