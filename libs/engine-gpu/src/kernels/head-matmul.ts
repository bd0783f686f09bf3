import type { OpAttributes } from '@grokscope/graph';
import { operands, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';
import { SMALL_PRODUCT, vectorProduct, type ProductSizes } from '../stages/vector-product.js';

// Products for each head. x (U, H·inner), w (H·K,D); out (U, H·cols), where inner, cols are K, D or, transposed, D, K.
const HEAD_MATMUL = `function headMatmul(x, w) {
  ${rowAndColumn('width')}
  const head = Math.floor((col + 0.5) / this.constants.cols);
  const firstX = row * this.constants.xWidth + head * this.constants.count;
  const firstW = head * this.constants.headSize + (col - head * this.constants.cols) * this.constants.strideColumn;
  ${chunkedSum('i', 'part += x[firstX + i] * w[firstW + i * this.constants.strideInner];')}
  return total;
}`;

// x (U, H·K), y (U, H·D); out (H·K, D).
const HEAD_MATMUL_WEIGHTS = `function headMatmulWeights(x, y) {
  ${rowAndColumn('d')}
  const firstY = Math.floor((row + 0.5) / this.constants.k) * this.constants.d + col;
  ${chunkedSum('u', 'part += x[u * this.constants.xWidth + row] * y[firstY + u * this.constants.yWidth];')}
  return total;
}`;

/** The fast form, which requires heads to begin at whole vectors; null if it does not apply. */
function fastProduct(shapes: OpShapes, multiplications: number, sizes: ProductSizes, dHead: number) {
  const fits = shapes.targets > 0 && dHead % 4 === 0 && multiplications >= SMALL_PRODUCT;
  return fits ? vectorProduct(sizes, shapes.targets) : null;
}

export function headMatmul(
  shapes: OpShapes,
  { nHeads, transposeB }: OpAttributes['headMatmul'],
): readonly Stage[] {
  const { size, operandSize, width } = shapes;
  const d = width(1);
  const k = operandSize(1) / d / nHeads;
  const [inner, cols] = transposeB ? [d, k] : [k, d];
  const rows = operandSize(0) / width(0);
  const product: ProductSizes = {
    transposeA: false,
    transposeB,
    a: { rows: rows * nHeads, width: inner },
    b: { rows: nHeads * k, width: d },
    m: rows,
    width: nHeads * cols,
    k: inner,
    heads: { a: nHeads, columns: nHeads },
  };
  const fast = fastProduct(shapes, size * inner, product, k);
  if (fast) return fast;
  const constants = {
    cols,
    width: nHeads * cols,
    xWidth: width(0),
    headSize: k * d,
    strideInner: transposeB ? 1 : d,
    strideColumn: transposeB ? d : 1,
    ...chunksOf(inner),
  };
  return [{ source: HEAD_MATMUL, size, constants, arrays: operands(2) }];
}

export function headMatmulWeights(
  shapes: OpShapes,
  { nHeads }: OpAttributes['headMatmulWeights'],
): readonly Stage[] {
  const { size, operandSize, width } = shapes;
  const [xWidth, yWidth] = [width(0), width(1)];
  const [rows, d] = [operandSize(0) / xWidth, yWidth / nHeads];
  const product: ProductSizes = {
    transposeA: true,
    transposeB: false,
    a: { rows, width: xWidth },
    b: { rows: rows * nHeads, width: d },
    m: xWidth,
    width: d,
    k: rows,
    heads: { b: nHeads, rows: nHeads },
  };
  const fast = fastProduct(shapes, size * rows, product, xWidth / nHeads);
  if (fast) return fast;
  const constants = { k: xWidth / nHeads, d, xWidth, yWidth, ...chunksOf(rows) };
  return [{ source: HEAD_MATMUL_WEIGHTS, size, constants, arrays: operands(2) }];
}
