import { ops, type Tensor } from '@grokscope/graph';
import {
  adamParameters,
  belowOne,
  closed,
  isValid,
  type OptimizerSpec,
  type PlainObject,
} from '@grokscope/schema';
import type { Optimizer, PartGraph, UpdateRule } from '../part.js';
import { constant, decays, minusScaled } from '../trained.js';
import { ADAM_W_NUMBERS, adamWNumbers, adamWRule, momentNames } from './adam-w.js';

/**
 * Coefficients of the quintic iteration, steps, and the constant that keeps the quotient by the norm finite. Source:
 * Jordan 2024.
 */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const STEPS = 5;
const EPS = 1e-7;

/**
 * Whether Muon updates a tensor: it updates the matrices inside the blocks. AdamW updates embeddings, positions,
 * unembedding, biases and layer normalisation, as Muon's author advises. W_Q, W_K and W_V are each one matrix
 * [dModel, nHeads·dHead] with the heads beside each other, W_O one [nHeads·dHead, dModel]: heads are not orthogonalised
 * one by one.
 */
export const isMatrix = (name: string): boolean => /^blocks\.\d+\.(attn|mlp)\.W_\w+$/.test(name);

/**
 * Returns approximately U·Vᵀ of x = U·S·Vᵀ: five steps of x ← A·x + (B·g + C·g²)·x, g = x·xᵀ, from x / (‖x‖ + 1e-7),
 * which bring every singular value near 1. If x has more rows than columns, the same with g = xᵀ·x on the right: the
 * smaller Gram matrix. Source: Jordan et al., Muon (kellerjordan.github.io/posts/muon, 2024); float32 here, bfloat16
 * there.
 */
function orthogonalized(x: Tensor): Tensor {
  const [rows, columns] = x.shape;
  const length = ops.add(ops.squareRoot(ops.sumSquares(x)), constant(x, EPS));
  let y = ops.multiplyScalar(x, ops.divide(constant(x, 1), length));
  for (let step = 0; step < STEPS; step++) {
    const tall = rows > columns;
    const gram = tall ? ops.matmul(y, y, { transposeA: true }) : ops.matmul(y, y, { transposeB: true });
    const polynomial = ops.add(ops.scale(gram, B), ops.scale(ops.matmul(gram, gram), C));
    const product = tall ? ops.matmul(y, polynomial) : ops.matmul(polynomial, y);
    y = ops.add(ops.scale(y, A), product);
  }
  return y;
}

/**
 * Factor on the learning rate that makes updates of tall matrices as large as those of wide ones. Source: Jordan 2024.
 */
const shapeFactor = ([rows, columns]: readonly number[]): number => Math.sqrt(Math.max(1, rows / columns));

const momentumState = (parameter: string): string => `${parameter}.momentum`;

/** Offsets of its own numbers, after those of AdamW for the other tensors. */
const [LR, WEIGHT_DECAY] = [ADAM_W_NUMBERS, ADAM_W_NUMBERS + 1];

/**
 * b ← momentum·b + (1 − momentum)·g; u = (1 − momentum)·g + momentum·b (Nesterov), made approximately orthogonal;
 * w ← w − lr·weightDecay·w − lr·√max(1, rows/columns)·u. Source: Jordan et al., Muon (2024); torch.optim.Muon.
 */
function matrixRule({ graph, spec, number }: PartGraph): UpdateRule {
  const momentum = spec.momentum ?? 0;
  const lr = number(LR);
  return ({ name, parameter, gradient }) => {
    const state = graph.state(momentumState(name), parameter.shape);
    const fresh = ops.scale(gradient, 1 - momentum);
    const average = ops.add(ops.scale(state, momentum), fresh);
    const direction = orthogonalized(ops.add(fresh, ops.scale(average, momentum)));
    const decayed = decays(spec, name)
      ? minusScaled(parameter, parameter, ops.multiply(lr, number(WEIGHT_DECAY)))
      : parameter;
    const next = minusScaled(decayed, ops.scale(direction, shapeFactor(parameter.shape)), lr);
    return [ops.assign(parameter, next), ops.assign(state, average)];
  };
}

/** The settings of AdamW for the tensors that are not such matrices. */
const restOf = (spec: OptimizerSpec) => spec.adamW ?? spec;

/** Default learning rate of the other tensors: the mainline's. */
const REST_LR = 0.001;

/**
 * The values that the other tensors inherit from the section if they are valid; an invalid one is reported only at its
 * own place.
 */
const soundKeys = (section: PlainObject): PlainObject =>
  Object.fromEntries(
    (['betas', 'eps', 'weightDecay'] as const).map((key) => {
      const value = Object.hasOwn(section, key) ? section[key] : undefined;
      return [key, isValid(adamParameters[key], value) ? value : STAND_INS[key]];
    }),
  );

const STAND_INS = { betas: [0.9, 0.98], eps: 1e-8, weightDecay: 1 };

/** Muon for the matrices of the blocks, AdamW for the rest. */
export const muon: Optimizer = {
  kind: 'muon',
  title: 'Muon',
  parameters: { momentum: belowOne, adamW: closed(adamParameters) },
  defaults: (section) => ({ momentum: 0.95, adamW: { lr: REST_LR, ...soundKeys(section) } }),
  words: ({ adamW }) => (adamW ? [`AdamW at ${adamW.lr} for what is no matrix of a block`] : []),
  states: (parameter) => (isMatrix(parameter) ? [momentumState(parameter)] : momentNames(parameter)),
  numbers: (spec, at) => [...adamWNumbers(restOf(spec), at), spec.lr * at.factor, spec.weightDecay],
  rule: (part) => {
    const [matrices, rest] = [matrixRule(part), adamWRule(part)];
    return (one) => (isMatrix(one.name) ? matrices(one) : rest(one));
  },
};
