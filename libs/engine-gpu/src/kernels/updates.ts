import { COPY, each } from '../stages/entries.js';
import {
  LANES,
  operand,
  operands,
  stage,
  targetName,
  vectorsOf,
  type Kernel,
  type Stage,
  type StageArray,
} from '../stages/stage.js';

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

// w, gradient, m, v, hyper; results: the new w, m and v; all except hyper as vectors.
const ON_VECTORS = `function adamWOnVectors(w, gradient, m, v, hyper) {
  const wVector = w[this.thread.x];
  const gVector = gradient[this.thread.x];
  const mVector = m[this.thread.x];
  const vVector = v[this.thread.x];
  ${Array.from({ length: 8 }, (_, i) => `const h${i} = hyper[${i}];`).join(' ')}
  ${LANES.map(
    (i) => `
  const m${i} = h2 * mVector[${i}] + h3 * gVector[${i}];
  const v${i} = h4 * vVector[${i}] + h5 * gVector[${i}] * gVector[${i}];
  const step${i} = h0 * wVector[${i}] + h1 * m${i} / (Math.sqrt(v${i}) * h6 + h7);`,
  ).join('')}
  ${targetName(1)}(m0, m1, m2, m3);
  ${targetName(2)}(v0, v1, v2, v3);
  return [wVector[0] - step0, wVector[1] - step1, wVector[2] - step2, wVector[3] - step3];
}`;

/**
 * One AdamW step: new values of the parameter (operand 0), m (operand 2) and v (operand 3).
 * Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization (arXiv:1711.05101), Algorithm 2.
 */
export const adamW: Kernel<'adamW'> = ({ operandSize, targets }) => {
  const size = operandSize(0);
  if (targets > 0) {
    const replaces = [
      { operand: 0, target: 0 },
      { operand: 2, target: 1 },
      { operand: 3, target: 2 },
    ];
    const arrays = [...operands(4).map(vectorsOf), operand(4)];
    return [{ source: ON_VECTORS, size, constants: {}, arrays, vectors: { targets: 3 }, replaces }];
  }
  const launch = (source: string, arrays: readonly StageArray[], replaced: number): Stage => ({
    ...{ source, size, constants: {}, arrays },
    replaces: [{ operand: replaced, target: 0 }],
  });
  return [
    launch(FIRST_MOMENT, [operand(1), operand(2), operand(4)], 2),
    launch(SECOND_MOMENT, [operand(1), operand(3), operand(4)], 3),
    launch(STEP, [operand(0), stage(0), stage(1), operand(4)], 0),
  ];
};

/** The value of operand 1, which replaces operand 0. */
export const assign: Kernel<'assign'> = ({ operandSize, targets }) => [
  {
    ...each(COPY, { size: operandSize(0), targets }, [operand(1)]),
    replaces: [{ operand: 0, target: 0 }],
  },
];
