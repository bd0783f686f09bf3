import type { Tensor } from '../tensor.js';
import { labelIndices, lossGradientShape, lossShape } from './losses.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { perOperandEntry } from './shapes.js';

/** The record of `stableMaxCrossEntropy`. */
export const stableMaxCrossEntropyOp: OpRecord<NoAttributes> = {
  shape: lossShape,
  flops: perOperandEntry(4),
  indices: labelIndices,
  gradient: ({ operands: [logits, labels], dy }) => [stableMaxCrossEntropyGradient(logits, labels, dy)],
};
/**
 * `(logits [N,V], labels i32 [N]) → [N]`: −log(s_y/Σ s_i), s(x) = x + 1 for x ≥ 0, 1/(1 − x) below; written as
 * log1p(Σ_{i≠y} s_i / s_y).
 *
 * Source: Prieto et al., arXiv:2501.04697, §4.1.
 */
export const stableMaxCrossEntropy = (logits: Tensor, labels: Tensor): Tensor =>
  logits.graph.apply('stableMaxCrossEntropy', [logits, labels], NONE);

/** The record of `stableMaxCrossEntropyGradient`. */
export const stableMaxCrossEntropyGradientOp: OpRecord<NoAttributes> = {
  shape: lossGradientShape,
  flops: perOperandEntry(4),
  indices: labelIndices,
};
/** `(logits [N,V], labels i32 [N], dLoss [N]) → [N,V]`: `dLoss · s_i/Σs / (1 + |l_i|)`, at the label with −Σ of the others' s in place of s. */
export const stableMaxCrossEntropyGradient = (logits: Tensor, labels: Tensor, dLoss: Tensor): Tensor =>
  logits.graph.apply('stableMaxCrossEntropyGradient', [logits, labels, dLoss], NONE);
