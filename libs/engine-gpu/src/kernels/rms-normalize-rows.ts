import type { OpAttributes } from '@grokscope/graph';
import { operand, stage, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';

// RMS normalisation of each row of x (N,D). Formulas: the reference engine's row kernels.

// x (N,D); out (N) = 1/√(mean(x²) + eps).
const INVERSE_SCALE = `function inverseRms(x, eps) {
  const first = this.thread.x * this.constants.count;
  ${chunkedSum('i', 'const value = x[first + i]; part += value * value;')}
  return 1.0 / Math.sqrt(total / this.constants.count + eps);
}`;

// x (N,D), inverse (N); out (N,D).
const NORMALIZE = `function rmsNormalizeRows(x, inverse) {
  ${rowAndColumn('d')}
  return x[this.thread.x] * inverse[row];
}`;

// dy (N,D), x (N,D), inverse (N); out (N) = mean(dy·y)·inverse, y the normalised x.
const ALONG = `function alongRms(dy, x, inverse) {
  const first = this.thread.x * this.constants.count;
  const factor = inverse[this.thread.x];
  ${chunkedSum('i', 'part += dy[first + i] * (x[first + i] * factor);')}
  return total / this.constants.count * factor;
}`;

// dy (N,D), x (N,D), inverse (N), along (N); out (N,D).
const GRADIENT = `function rmsNormalizeRowsGradient(dy, x, inverse, along) {
  ${rowAndColumn('d')}
  return (dy[this.thread.x] - x[this.thread.x] * along[row]) * inverse[row];
}`;

/** The inverse scale of the rows of operand i. */
function inverseScale(i: number, { operandSize, width }: OpShapes, eps: number): Stage {
  const rows = { size: operandSize(i) / width(i), constants: chunksOf(width(i)) };
  return { source: INVERSE_SCALE, ...rows, arrays: [operand(i)], scalars: [eps] };
}

export function rmsNormalizeRows(
  shapes: OpShapes,
  { eps }: OpAttributes['rmsNormalizeRows'],
): readonly Stage[] {
  const last = { source: NORMALIZE, size: shapes.size, constants: { d: shapes.width(0) } };
  return [inverseScale(0, shapes, eps), { ...last, arrays: [operand(0), stage(0)] }];
}

export function rmsNormalizeRowsGradient(
  shapes: OpShapes,
  { eps }: OpAttributes['rmsNormalizeRowsGradient'],
): readonly Stage[] {
  const [size, d] = [shapes.size, shapes.width(0)];
  const values = [operand(0), operand(1), stage(0)];
  return [
    inverseScale(1, shapes, eps),
    { source: ALONG, size: size / d, constants: chunksOf(d), arrays: values },
    { source: GRADIENT, size, constants: { d }, arrays: [...values, stage(1)] },
  ];
}
