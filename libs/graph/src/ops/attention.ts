import { sizeOf } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { AttentionSizes } from './attention-sizes.js';
import { examplesIn, sizesOf } from './attention-sizes.js';
import { scale } from './elementwise.js';
import type { Operand, OpRecord } from './op.js';
import { isLabelled, perEntry, rowsOf, twoTensors } from './shapes.js';

/** Weights `[B·Tq, H·Tk]` and the other operand with `rows` rows an example and H heads: B, or 0 if they do not fit. */
function mixExamples(t: readonly Operand[], a: AttentionSizes, rows: number): number {
  const n = examplesIn(t[0], a.nQueries);
  const fits = t.length === 2 && t[0].shape[1] === a.nHeads * a.nKeys && examplesIn(t[1], rows) === n;
  return fits && t[1].shape[1] % a.nHeads === 0 ? n : 0;
}

/** The record of `attentionScores`. */
export const attentionScoresOp: OpRecord<AttentionSizes & { readonly scale: number }> = {
  shape: (t, a) => {
    const n = examplesIn(t[0], a.nQueries);
    const fits =
      t.length === 2 && n > 0 && examplesIn(t[1], a.nKeys) === n && t[0].shape[1] === t[1].shape[1];
    return fits && t[0].shape[1] % a.nHeads === 0
      ? [t[0].shape[0], a.nHeads * a.nKeys]
      : '[B·Tq, H·dH] and [B·Tk, H·dH]';
  },
  flops: ({ attributes, shape, operands: [q] }) => 2 * sizeOf(shape) * (q[1] / attributes.nHeads),
  gradient: ({ attributes, operands: [q, k], dy }) => {
    const scaled = scale(dy, attributes.scale); // once, on the smallest of the tensors
    return [attentionValues(scaled, k, attributes), attentionValuesTransposed(scaled, q, attributes)];
  },
  rowOperands: rowsOf(0),
};
/** `(q [B·Tq, H·dH], k [B·Tk, H·dH]) → [B·Tq, H·Tk]`: `scale · q_h · k_h` for each query, head and key of the example. */
export const attentionScores = (q: Tensor, k: Tensor, sizes: AttentionSizes, factor: number): Tensor =>
  q.graph.apply('attentionScores', [q, k], { ...sizesOf(sizes), scale: factor });

/** The record of `attentionValues`. */
export const attentionValuesOp: OpRecord<AttentionSizes> = {
  shape: (t, a) =>
    mixExamples(t, a, a.nKeys) > 0 ? [t[0].shape[0], t[1].shape[1]] : '[B·Tq, H·Tk] and [B·Tk, H·dH]',
  flops: ({ attributes, shape }) => 2 * sizeOf(shape) * attributes.nKeys,
  gradient: ({ attributes, operands: [a, v], dy }) => [
    attentionScores(dy, v, attributes, 1),
    attentionValuesTransposed(a, dy, attributes),
  ],
  rowOperands: rowsOf(0),
};
/** `(a [B·Tq, H·Tk], v [B·Tk, H·dH]) → [B·Tq, H·dH]`: `Σ_k a[q,h,k] v[k,h,:]`. */
export const attentionValues = (a: Tensor, v: Tensor, sizes: AttentionSizes): Tensor =>
  a.graph.apply('attentionValues', [a, v], sizesOf(sizes));

/** The record of `attentionValuesTransposed`. */
export const attentionValuesTransposedOp: OpRecord<AttentionSizes> = {
  shape: (t, a) => {
    const n = mixExamples(t, a, a.nQueries);
    return n > 0 ? [n * a.nKeys, t[1].shape[1]] : '[B·Tq, H·Tk] and [B·Tq, H·dH]';
  },
  flops: ({ attributes, shape }) => 2 * sizeOf(shape) * attributes.nQueries,
  gradient: ({ attributes, operands: [a, x], dy }) => [
    attentionScores(x, dy, attributes, 1),
    attentionValues(a, dy, attributes),
  ],
};
/** `(a [B·Tq, H·Tk], x [B·Tq, H·dH]) → [B·Tk, H·dH]`: `Σ_q a[q,h,k] x[q,h,:]`. */
export const attentionValuesTransposed = (a: Tensor, x: Tensor, sizes: AttentionSizes): Tensor =>
  a.graph.apply('attentionValuesTransposed', [a, x], sizesOf(sizes));

export interface Heads {
  readonly nHeads: number;
}

/** The record of `attentionSoftmax`. */
export const attentionSoftmaxOp: OpRecord<Heads> = {
  shape: (t, { nHeads }) =>
    t.length === 2 && isLabelled(t) && t[0].shape[1] % nHeads === 0 ? t[0].shape : '[R, H·Tk] and i32 [R]',
  flops: perEntry(12),
  gradient: ({ attributes, y, dy }) => [attentionSoftmaxGradient(dy, y, attributes.nHeads)],
  indices: ({ attributes: { nHeads }, operands: [s] }) => [{ operand: 1, limit: s[1] / nHeads }],
  rowOperands: rowsOf(0),
};
/** `(s [R, H·Tk], lastKey i32 [R]) → [R, H·Tk]`: softmax over keys 0..lastKey[r] of each head, 0 for later keys. */
export const attentionSoftmax = (scores: Tensor, lastKey: Tensor, nHeads: number): Tensor =>
  scores.graph.apply('attentionSoftmax', [scores, lastKey], { nHeads });

/** The record of `attentionSoftmaxGradient`. */
export const attentionSoftmaxGradientOp: OpRecord<Heads> = { shape: twoTensors, flops: perEntry(4) };
/** `(dy, y = softmax) → y · (dy − Σ_k dy·y)` for each row and head. */
export const attentionSoftmaxGradient = (dy: Tensor, y: Tensor, nHeads: number): Tensor =>
  dy.graph.apply('attentionSoftmaxGradient', [dy, y], { nHeads });
