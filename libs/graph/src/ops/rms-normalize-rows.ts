import type { Tensor } from '../tensor.js';
import { normalizeRowsGradientOp, normalizeRowsOp, type Eps } from './normalize-rows.js';
import type { OpRecord } from './op.js';
import { perEntry } from './shapes.js';

/** The record of `rmsNormalizeRows`. */
export const rmsNormalizeRowsOp: OpRecord<Eps> = {
  ...normalizeRowsOp,
  flops: perEntry(3),
  gradient: ({ attributes, operands: [x], dy }) => [rmsNormalizeRowsGradient(dy, x, attributes.eps)],
};
/**
 * `x [N,D] → x/√(mean(x²) + eps)` of each row, mean over D: RMS normalisation without weights.
 *
 * Source: Zhang & Sennrich, arXiv:1910.07467.
 */
export const rmsNormalizeRows = (x: Tensor, eps: number): Tensor =>
  x.graph.apply('rmsNormalizeRows', [x], { eps });

/** The record of `rmsNormalizeRowsGradient`. */
export const rmsNormalizeRowsGradientOp: OpRecord<Eps> = { ...normalizeRowsGradientOp, flops: perEntry(7) };
/** `(dy [N,D], x [N,D]) → [N,D]`: the gradient of `y = rmsNormalizeRows(x)`, `(dy − y·mean(dy·y))/√(mean(x²) + eps)`. */
export const rmsNormalizeRowsGradient = (dy: Tensor, x: Tensor, eps: number): Tensor =>
  dy.graph.apply('rmsNormalizeRowsGradient', [dy, x], { eps });
