import type { OpAttributes } from '@grokscope/graph';
import { operands, type OpShapes, type Stage } from './stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from './text.js';

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

export function headMatmul(
  { size, operandSize, width }: OpShapes,
  { nHeads, transposeB }: OpAttributes['headMatmul'],
): readonly Stage[] {
  const d = width(1);
  const k = operandSize(1) / d / nHeads;
  const [inner, cols] = transposeB ? [d, k] : [k, d];
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
  { size, operandSize, width }: OpShapes,
  { nHeads }: OpAttributes['headMatmulWeights'],
): readonly Stage[] {
  const [xWidth, yWidth] = [width(0), width(1)];
  const sizes = { k: xWidth / nHeads, d: yWidth / nHeads, xWidth, yWidth };
  const constants = { ...sizes, ...chunksOf(operandSize(0) / xWidth) };
  return [{ source: HEAD_MATMUL_WEIGHTS, size, constants, arrays: operands(2) }];
}
