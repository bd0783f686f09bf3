import type { OpAttributes } from '@grokscope/graph';
import { operands, type OpShapes, type Stage } from './stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from './text.js';

// a (M,K), b (K,N), each possibly stored transposed, which the strides say; out (M,N) is written.
const MATMUL = `function matmul(a, b) {
  ${rowAndColumn('n')}
  const firstA = row * this.constants.strideARow;
  const firstB = col * this.constants.strideBColumn;
  ${chunkedSum(
    'k',
    'part += a[firstA + k * this.constants.strideAInner] * b[firstB + k * this.constants.strideBInner];',
  )}
  return total;
}`;

/** `(a, b) → op(a)·op(b)`: one dot product a thread, summed in chunks. */
export function matmul(
  { size, operandSize, width }: OpShapes,
  flags: OpAttributes['matmul'],
): readonly Stage[] {
  const { transposeA, transposeB } = flags;
  const [widthA, widthB] = [width(0), width(1)];
  const n = transposeB ? operandSize(1) / widthB : widthB;
  const k = transposeA ? operandSize(0) / widthA : widthA;
  const strides = {
    strideARow: transposeA ? 1 : widthA,
    strideAInner: transposeA ? widthA : 1,
    strideBInner: transposeB ? 1 : widthB,
    strideBColumn: transposeB ? widthB : 1,
  };
  return [{ source: MATMUL, size, constants: { n, ...chunksOf(k), ...strides }, arrays: operands(2) }];
}
