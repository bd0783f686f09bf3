import { sizeOf } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { OpRecord } from './op.js';
import { isMatrix } from './shapes.js';

export interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The record of `matmul`. */
export const matmulOp: OpRecord<Transposes> = {
  shape: (t, { transposeA, transposeB }) => {
    const want = 'two matrices with equal inner sizes';
    if (t.length !== 2 || !isMatrix(t[0]) || !isMatrix(t[1])) return want;
    const [m, k] = transposeA ? [t[0].shape[1], t[0].shape[0]] : t[0].shape;
    const [l, n] = transposeB ? [t[1].shape[1], t[1].shape[0]] : t[1].shape;
    return k === l ? [m, n] : want;
  },
  flops: ({ attributes, shape, operands: [a] }) => 2 * sizeOf(shape) * (attributes.transposeA ? a[0] : a[1]),
  // y = op(a)·op(b): d op(a) = dy·op(b)ᵀ, d op(b) = op(a)ᵀ·dy; transposed operands take the transpose of that.
  gradient: ({ attributes: { transposeA, transposeB }, operands: [a, b], dy }) => [
    transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : matmul(dy, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, dy, { transposeA: !transposeA }),
  ],
  rowOperands: ({ transposeA }) => (transposeA ? [] : [0]),
  isRowwise: ({ transposeA }) => !transposeA,
};
/** `(a, b) → op(a)·op(b)`, 2-D, where op transposes if the flag is set. */
export const matmul = (
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: Partial<Transposes> = {},
): Tensor => a.graph.apply('matmul', [a, b], { transposeA, transposeB });
