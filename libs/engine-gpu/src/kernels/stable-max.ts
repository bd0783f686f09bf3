import { operands, stage, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';

// StableMax over logits (N,V) with labels (N), whole numbers. Formulas: the reference engine's loss kernels.

/** s(x): x + 1 for x ≥ 0, 1/(1 − x) below. */
const stable = (x: string): string => `(${x} < 0.0 ? 1.0 / (1.0 - ${x}) : ${x} + 1.0)`;

// logits (N,V), labels (N); out (N) = Σ_{i≠y} s(l_i).
const OTHERS = `function stableOthers(logits, labels) {
  const first = this.thread.x * this.constants.count;
  const label = labels[this.thread.x];
  ${chunkedSum(
    'v',
    `if (Math.abs(v - label) > 0.5) {
          const logit = logits[first + v];
          part += ${stable('logit')};
        }`,
  )}
  return total;
}`;

// logits (N,V), labels (N), others (N); out (N).
const LOSS = `function stableMaxCrossEntropy(logits, labels, others) {
  const own = logits[this.thread.x * this.constants.v + labels[this.thread.x]];
  return logOnePlus(others[this.thread.x] / ${stable('own')});
}`;

// logits (N,V), labels (N), dLoss (N), others (N); out (N,V).
const GRADIENT = `function stableMaxCrossEntropyGradient(logits, labels, dLoss, others) {
  ${rowAndColumn('v')}
  const own = logits[row * this.constants.v + labels[row]];
  const factor = dLoss[row] / (others[row] + ${stable('own')});
  const logit = logits[this.thread.x];
  const numerator = (Math.abs(col - labels[row]) < 0.5 ? -others[row] : ${stable('logit')});
  return numerator / (1.0 + Math.abs(logit)) * factor;
}`;

const othersStage = (rows: number, v: number): Stage => ({
  source: OTHERS,
  size: rows,
  constants: chunksOf(v),
  arrays: operands(2),
});

export const stableMaxCrossEntropy = ({ size, width }: OpShapes): readonly Stage[] => [
  othersStage(size, width(0)),
  { source: LOSS, size, constants: { v: width(0) }, arrays: [...operands(2), stage(0)] },
];

export const stableMaxCrossEntropyGradient = ({ size, width, operandSize }: OpShapes): readonly Stage[] => [
  othersStage(operandSize(1), width(0)),
  { source: GRADIENT, size, constants: { v: width(0) }, arrays: [...operands(3), stage(0)] },
];
