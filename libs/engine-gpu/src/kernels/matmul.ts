import type { OpAttributes } from '@grokscope/graph';
import { operands, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';
import { SMALL_PRODUCT, vectorProduct } from '../stages/vector-product.js';

// a (M,K), b (K,N), each possibly stored transposed, as the strides indicate; out (M,N) is overwritten.
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

/**
 * `(a, b) → op(a)·op(b)`: on vectors of 4 if the device supports them, otherwise one dot product in each thread, in
 * chunks.
 */
export function matmul(shapes: OpShapes, flags: OpAttributes['matmul']): readonly Stage[] {
  const { size, operandSize, width } = shapes;
  const { transposeA, transposeB } = flags;
  const [widthA, widthB] = [width(0), width(1)];
  const [rowsA, rowsB] = [operandSize(0) / widthA, operandSize(1) / widthB];
  const n = transposeB ? rowsB : widthB;
  const k = transposeA ? rowsA : widthA;
  if (shapes.targets > 0 && !(transposeA && transposeB) && size * k >= SMALL_PRODUCT) {
    const [a, b] = [
      { rows: rowsA, width: widthA },
      { rows: rowsB, width: widthB },
    ];
    const fast = vectorProduct({ transposeA, transposeB, a, b, m: size / n, width: n, k }, shapes.targets);
    if (fast) return fast;
  }
  const strides = {
    strideARow: transposeA ? 1 : widthA,
    strideAInner: transposeA ? widthA : 1,
    strideBInner: transposeB ? 1 : widthB,
    strideBColumn: transposeB ? widthB : 1,
  };
  return [{ source: MATMUL, size, constants: { n, ...chunksOf(k), ...strides }, arrays: operands(2) }];
}
