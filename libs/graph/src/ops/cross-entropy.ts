import type { Tensor } from '../tensor.js';
import { labelIndices, lossGradientShape, lossShape } from './losses.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { perOperandEntry } from './shapes.js';

/** The record of `crossEntropy`. */
export const crossEntropyOp: OpRecord<NoAttributes> = {
  shape: lossShape,
  flops: perOperandEntry(10),
  indices: labelIndices,
  gradient: ({ operands: [logits, labels], dy }) => [crossEntropyGradient(logits, labels, dy)],
};
/**
 * `(logits [N,V], labels i32 [N]) → [N]`: −log softmax at the label, written by the differences d_i = l_i − l_y, so that
 * it is stable down to 1e-12 and past 88.
 */
export const crossEntropy = (logits: Tensor, labels: Tensor): Tensor =>
  logits.graph.apply('crossEntropy', [logits, labels], NONE);

/** The record of `crossEntropyGradient`. */
export const crossEntropyGradientOp: OpRecord<NoAttributes> = {
  shape: lossGradientShape,
  flops: perOperandEntry(10),
  indices: labelIndices,
};
/** `(logits [N,V], labels i32 [N], dLoss [N]) → [N,V]`: `dLoss · (softmax − onehot)`, the label's entry being −Σ of the others. */
export const crossEntropyGradient = (logits: Tensor, labels: Tensor, dLoss: Tensor): Tensor =>
  logits.graph.apply('crossEntropyGradient', [logits, labels, dLoss], NONE);

/** The record of `isCorrect`. */
export const isCorrectOp: OpRecord<NoAttributes> = {
  shape: lossShape,
  flops: perOperandEntry(1),
  indices: labelIndices,
};
/** `(logits [N,V], labels i32 [N]) → [N]`: 1 where the label's logit is the largest (first of equals), else 0. */
export const isCorrect = (logits: Tensor, labels: Tensor): Tensor =>
  logits.graph.apply('isCorrect', [logits, labels], NONE);
