import type { Tensor } from '../tensor.js';
import type { AttentionSizes } from './attention-sizes.js';
import { keyIndexFits, sizesOf } from './attention-sizes.js';
import type { OpRecord } from './op.js';
import { isLabelled, isMatrix, isVector, perEntry, perOperandEntry } from './shapes.js';

/** The record of `gatherScores`. */
export const gatherScoresOp: OpRecord<AttentionSizes> = {
  shape: (t, a) => {
    const n = t.length === 3 && t[1].shape.length === 1 ? t[1].shape[0] : 0;
    const fits =
      n > 0 &&
      n % a.nQueries === 0 &&
      isVector(t[1], n, 'i32') &&
      isVector(t[2], (n / a.nQueries) * a.nKeys, 'i32');
    return fits && isMatrix(t[0]) && t[0].shape[1] % a.nHeads === 0
      ? [n, a.nHeads * a.nKeys]
      : '[Uq, H·Uk], i32 [B·Tq] and i32 [B·Tk]';
  },
  flops: perEntry(1),
  gradient: ({ attributes, operands: [s, q, k], dy }) => [
    scatterScores(dy, q, k, attributes, s.shape[0], s.shape[1] / attributes.nHeads),
  ],
  indices: ({ attributes: { nHeads }, operands: [s] }) => [
    { operand: 1, limit: s[0] },
    { operand: 2, limit: s[1] / nHeads },
  ],
};
/** `(s [Uq, H·Uk], q i32 [B·Tq], k i32 [B·Tk]) → [B·Tq, H·Tk]`: the score of each query's and key's table rows. */
export const gatherScores = (s: Tensor, q: Tensor, k: Tensor, sizes: AttentionSizes): Tensor =>
  s.graph.apply('gatherScores', [s, q, k], sizesOf(sizes));

/** The record of `scatterScores`. */
export const scatterScoresOp: OpRecord<
  AttentionSizes & { readonly queryRows: number; readonly keyRows: number }
> = {
  shape: (t, a) =>
    t.length === 3 && keyIndexFits(t[0], t[2], a) && isLabelled(t) && t[0].shape[1] === a.nHeads * a.nKeys
      ? [a.queryRows, a.nHeads * a.keyRows]
      : '[B·Tq, H·Tk], i32 [B·Tq] and i32 [B·Tk]',
  flops: perOperandEntry(1),
  indices: ({ attributes: { queryRows, keyRows } }) => [
    { operand: 1, limit: queryRows },
    { operand: 2, limit: keyRows },
  ],
};
/** `(d [B·Tq, H·Tk], q i32 [B·Tq], k i32 [B·Tk]) → [queryRows, H·keyRows]`: sums d over the pairs of table rows. */
export const scatterScores = (
  d: Tensor,
  q: Tensor,
  k: Tensor,
  sizes: AttentionSizes,
  queryRows: number,
  keyRows: number,
): Tensor => d.graph.apply('scatterScores', [d, q, k], { ...sizesOf(sizes), queryRows, keyRows });
