import { sizeOf } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { OpRecord } from './op.js';
import { isMatrix } from './shapes.js';

/** The record of `headMatmul`. */
export const headMatmulOp: OpRecord<{ readonly nHeads: number; readonly transposeB: boolean }> = {
  shape: (t, { nHeads, transposeB }) => {
    const want = transposeB ? '[U, H·D] and [H·K, D]' : '[U, H·K] and [H·K, D]';
    if (t.length !== 2 || !isMatrix(t[0]) || !isMatrix(t[1]) || t[1].shape[0] % nHeads !== 0) return want;
    const [[u, width], [inner, d]] = [t[0].shape, t[1].shape];
    if (transposeB) return width === nHeads * d ? [u, inner] : want;
    return width === inner ? [u, nHeads * d] : want;
  },
  flops: ({ attributes, shape, operands: [x] }) => 2 * sizeOf(shape) * (x[1] / attributes.nHeads),
  gradient: ({ attributes: { nHeads, transposeB }, operands: [x, w], dy }) => [
    headMatmul(dy, w, nHeads, !transposeB),
    transposeB ? headMatmulWeights(dy, x, nHeads) : headMatmulWeights(x, dy, nHeads),
  ],
};
/**
 * A product for each head: `(x [U, H·K], w [H·K, D]) → [U, H·D]`, block h being `x_h·w_h` with x_h columns h·K… of x
 * and w_h rows h·K… of w. With transposeB `(x [U, H·D], w [H·K, D]) → [U, H·K]`, block h being `x_h·w_hᵀ`.
 */
export const headMatmul = (x: Tensor, w: Tensor, nHeads: number, transposeB = false): Tensor =>
  x.graph.apply('headMatmul', [x, w], { nHeads, transposeB });

/** The record of `headMatmulWeights`. */
export const headMatmulWeightsOp: OpRecord<{ readonly nHeads: number }> = {
  shape: (t, { nHeads }) => {
    const fits = t.length === 2 && isMatrix(t[0]) && isMatrix(t[1]) && t[0].shape[0] === t[1].shape[0];
    return fits && t[0].shape[1] % nHeads === 0 && t[1].shape[1] % nHeads === 0
      ? [t[0].shape[1], t[1].shape[1] / nHeads]
      : '[U, H·K] and [U, H·D]';
  },
  flops: ({ shape, operands: [x] }) => 2 * sizeOf(shape) * x[0],
};
/** `(x [U, H·K], y [U, H·D]) → [H·K, D]`: row block h is `x_hᵀ·y_h`. */
export const headMatmulWeights = (x: Tensor, y: Tensor, nHeads: number): Tensor =>
  x.graph.apply('headMatmulWeights', [x, y], { nHeads });
