import { operand, operands, stage, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';

// Losses over logits (N,V) with labels (N), whole numbers. Formulas: the reference engine's loss kernels.

// logits (N,V), labels (N); out (N). With d_i = l_i − l_y and m = max(0, max d_i):
// log1p(Σ_{i≠y} e^{d_i}) for m = 0, else m + log(e^{−m} + Σ_{i≠y} e^{d_i − m}).
const CROSS_ENTROPY = `function crossEntropy(logits, labels) {
  const first = this.thread.x * this.constants.count;
  const label = labels[this.thread.x];
  const own = logits[first + label];
  let top = 0.0;
  for (let i = 0; i < this.constants.count; i++) {
    const above = logits[first + i] - own;
    if (above > top) {
      top = above;
    }
  }
  ${chunkedSum(
    'v',
    `if (Math.abs(v - label) > 0.5) {
          part += expOfNegative(logits[first + v] - own - top);
        }`,
  )}
  if (top > 0.0) {
    return top + logOnePlus(expOfNegative(-top) + total - 1.0);
  }
  return logOnePlus(total);
}`;

// logits (N,V); out (N): the largest logit of each row.
const ROW_MAX = `function rowMax(logits) {
  const first = this.thread.x * this.constants.count;
  let top = logits[first];
  for (let i = 0; i < this.constants.count; i++) {
    if (logits[first + i] > top) {
      top = logits[first + i];
    }
  }
  return top;
}`;

// logits (N,V), labels (N), top (N); out (N): Σ_{i≠y} e^{l_i − top}.
const OTHERS = `function others(logits, labels, top) {
  const first = this.thread.x * this.constants.count;
  const label = labels[this.thread.x];
  const shift = top[this.thread.x];
  ${chunkedSum(
    'v',
    `if (Math.abs(v - label) > 0.5) {
          part += expOfNegative(logits[first + v] - shift);
        }`,
  )}
  return total;
}`;

// logits (N,V), labels (N), dLoss (N), top (N), others (N); out (N,V) = dLoss·(softmax − onehot).
// The label's entry is −Σ of the others, never p − 1, which loses every digit where p is near 1.
const GRADIENT = `function crossEntropyGradient(logits, labels, dLoss, top, others) {
  ${rowAndColumn('v')}
  const label = labels[row];
  const shift = top[row];
  const total = others[row] + expOfNegative(logits[row * this.constants.v + label] - shift);
  if (Math.abs(col - label) < 0.5) {
    return -(others[row] / total) * dLoss[row];
  }
  return (expOfNegative(logits[this.thread.x] - shift) / total) * dLoss[row];
}`;

// logits (N,V), labels (N); out (N): 1 where no earlier logit reaches the label's and no later one exceeds it.
const IS_CORRECT = `function isCorrect(logits, labels) {
  const first = this.thread.x * this.constants.count;
  const label = labels[this.thread.x];
  const own = logits[first + label];
  let correct = 1.0;
  for (let i = 0; i < this.constants.count; i++) {
    if (i < label && logits[first + i] >= own) {
      correct = 0.0;
    }
    if (i > label && logits[first + i] > own) {
      correct = 0.0;
    }
  }
  return correct;
}`;

export const crossEntropy = ({ size, width }: OpShapes): readonly Stage[] => [
  { source: CROSS_ENTROPY, size, constants: chunksOf(width(0)), arrays: operands(2) },
];

export function crossEntropyGradient({ size, width, operandSize }: OpShapes): readonly Stage[] {
  const [v, n] = [width(0), operandSize(1)];
  const gradient = [operand(0), operand(1), operand(2), stage(0), stage(1)];
  return [
    { source: ROW_MAX, size: n, constants: { count: v }, arrays: operands(1) },
    { source: OTHERS, size: n, constants: chunksOf(v), arrays: [...operands(2), stage(0)] },
    { source: GRADIENT, size, constants: { v }, arrays: gradient },
  ];
}

export const isCorrect = ({ size, width }: OpShapes): readonly Stage[] => [
  { source: IS_CORRECT, size, constants: { count: width(0) }, arrays: operands(2) },
];
