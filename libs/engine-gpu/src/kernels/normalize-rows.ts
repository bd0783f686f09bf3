import type { OpAttributes } from '@grokscope/graph';
import { operand, stage, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';

// Normalisation of each row of x (N,D). Formulas: the reference engine's row kernels.

// x (N,D); out (N): the mean of each row.
const ROW_MEAN = `function rowMean(x) {
  const first = this.thread.x * this.constants.count;
  ${chunkedSum('i', 'part += x[first + i];')}
  return total / this.constants.count;
}`;

// x (N,D), mean (N); out (N) = 1/√(variance + eps).
const INVERSE_SCALE = `function inverseScale(x, mean, eps) {
  const first = this.thread.x * this.constants.count;
  const center = mean[this.thread.x];
  ${chunkedSum('i', 'const d = x[first + i] - center; part += d * d;')}
  return 1.0 / Math.sqrt(total / this.constants.count + eps);
}`;

// x (N,D), mean (N), inverse (N); out (N,D).
const NORMALIZE = `function normalizeRows(x, mean, inverse) {
  ${rowAndColumn('d')}
  return (x[this.thread.x] - mean[row]) * inverse[row];
}`;

// dy (N,D), x (N,D), mean (N), inverse (N); out (N) = mean(dy·y)·inverse, y the normalised x.
const ALONG = `function along(dy, x, mean, inverse) {
  const first = this.thread.x * this.constants.count;
  const center = mean[this.thread.x];
  const factor = inverse[this.thread.x];
  ${chunkedSum('i', 'part += dy[first + i] * (x[first + i] - center);')}
  return total / this.constants.count * factor * factor;
}`;

// dy (N,D), x (N,D), mean (N), inverse (N), meanGradient (N), along (N); out (N,D).
const GRADIENT = `function normalizeRowsGradient(dy, x, mean, inverse, meanGradient, along) {
  ${rowAndColumn('d')}
  const rest = dy[this.thread.x] - meanGradient[row] - (x[this.thread.x] - mean[row]) * along[row];
  return rest * inverse[row];
}`;

/** Mean and inverse scale of the rows of operand i. */
function statistics(i: number, { operandSize, width }: OpShapes, eps: number): readonly Stage[] {
  const constants = chunksOf(width(i));
  const size = operandSize(i) / width(i);
  return [
    { source: ROW_MEAN, size, constants, arrays: [operand(i)] },
    { source: INVERSE_SCALE, size, constants, arrays: [operand(i), stage(0)], scalars: [eps] },
  ];
}

export function normalizeRows(shapes: OpShapes, { eps }: OpAttributes['normalizeRows']): readonly Stage[] {
  const arrays = [operand(0), stage(0), stage(1)];
  const last = { source: NORMALIZE, size: shapes.size, constants: { d: shapes.width(0) }, arrays };
  return [...statistics(0, shapes, eps), last];
}

export function normalizeRowsGradient(
  shapes: OpShapes,
  { eps }: OpAttributes['normalizeRowsGradient'],
): readonly Stage[] {
  const [size, d] = [shapes.size, shapes.width(0)];
  const rows = { size: size / d, constants: chunksOf(d) };
  const values = [operand(0), operand(1), stage(0), stage(1)];
  return [
    ...statistics(1, shapes, eps),
    { source: ROW_MEAN, ...rows, arrays: [operand(0)] },
    { source: ALONG, ...rows, arrays: values },
    { source: GRADIENT, size, constants: { d }, arrays: [...values, stage(2), stage(3)] },
  ];
}
