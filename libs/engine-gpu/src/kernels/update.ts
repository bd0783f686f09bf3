import { operand, stage, type OpShapes, type Stage } from './stage.js';

// hyper (8) = [lr·weightDecay, lr/(1−β1^t), β1, 1−β1, β2, 1−β2, 1/√(1−β2^t), eps]; the rest: any shape, equal sizes.

// gradient, m, hyper; out: the new m.
const FIRST_MOMENT = `function firstMoment(gradient, m, hyper) {
  return hyper[2] * m[this.thread.x] + hyper[3] * gradient[this.thread.x];
}`;

// gradient, v, hyper; out: the new v.
const SECOND_MOMENT = `function secondMoment(gradient, v, hyper) {
  const g = gradient[this.thread.x];
  return hyper[4] * v[this.thread.x] + hyper[5] * g * g;
}`;

// w, the new m, the new v, hyper; out: the new w.
const STEP = `function adamWStep(w, m, v, hyper) {
  const denominator = Math.sqrt(v[this.thread.x]) * hyper[6] + hyper[7];
  return w[this.thread.x] - (hyper[0] * w[this.thread.x] + hyper[1] * m[this.thread.x] / denominator);
}`;

/**
 * One AdamW step: stages 0, 1, 2 give the new m (operand 2), v (operand 3) and parameter (operand 0).
 * Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization (arXiv:1711.05101), Algorithm 2.
 */
export function adamW({ operandSize }: OpShapes): readonly Stage[] {
  const size = operandSize(0);
  return [
    { source: FIRST_MOMENT, size, constants: {}, arrays: [operand(1), operand(2), operand(4)] },
    { source: SECOND_MOMENT, size, constants: {}, arrays: [operand(1), operand(3), operand(4)] },
    { source: STEP, size, constants: {}, arrays: [operand(0), stage(0), stage(1), operand(4)] },
  ];
}

/** Which stage of `adamW` gives the new values of which operand. */
export const ADAMW_WRITES: readonly { readonly operand: number; readonly stage: number }[] = [
  { operand: 2, stage: 0 },
  { operand: 3, stage: 1 },
  { operand: 0, stage: 2 },
];
