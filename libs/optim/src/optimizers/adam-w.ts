import { ops } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import type { Optimizer, PartGraph, StepAt, UpdateRule } from '../part.js';
import { decays } from '../trained.js';

/** Names of a parameter's first and second moment. */
export const momentNames = (parameter: string): readonly [string, string] => [
  `${parameter}.m`,
  `${parameter}.v`,
];

/** The number of numbers that the graph's AdamW op takes. */
export const ADAM_W_NUMBERS = 8;

/**
 * Returns the numbers that the graph's AdamW op takes; they are computed outside because a difference 1 − β in float32
 * would lose digits.
 */
export function adamWNumbers(
  {
    lr,
    weightDecay,
    betas: [beta1, beta2],
    eps,
  }: Pick<OptimizerSpec, 'lr' | 'weightDecay' | 'betas' | 'eps'>,
  { step, factor }: StepAt,
): readonly number[] {
  const t = step + 1;
  return [
    lr * factor * weightDecay,
    (lr * factor) / (1 - beta1 ** t),
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    1 / Math.sqrt(1 - beta2 ** t),
    eps,
  ];
}

/** One fused op for each parameter; an optimizer that uses it has `adamWNumbers` first. */
export function adamWRule({ graph, spec, hyper }: PartGraph): UpdateRule {
  // The first of the numbers is the amount that decay subtracts.
  const noDecay = graph.constant(Float32Array.from({ length: hyper.shape[0] }, (_, i) => Number(i > 0)));
  return ({ name, parameter, gradient }) => {
    const [m, v] = momentNames(name).map((state) => graph.state(state, parameter.shape));
    const own = decays(spec, name) ? hyper : ops.multiply(hyper, noDecay);
    return [ops.adamW(parameter, gradient, m, v, own)];
  };
}

/** Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization (arXiv:1711.05101), Algorithm 2. */
export const adamW: Optimizer = {
  kind: 'adamW',
  title: 'AdamW',
  states: momentNames,
  numbers: adamWNumbers,
  rule: adamWRule,
};
