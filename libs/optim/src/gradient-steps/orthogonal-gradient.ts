import { sizeOf } from '@grokscope/base';
import { ops, type Tensor } from '@grokscope/graph';
import { trueOrFalse } from '@grokscope/schema';
import type { GradientStep } from '../part.js';
import { constant, type TrainedParameter } from '../trained.js';

/** Keeps quotients by the norm of an all-zero tensor finite. Source: orthograd.py of arXiv:2501.04697. */
const SMALLEST = 1e-30;

/**
 * ⊥Grad: g⊥ = g − (w·g / w·w) w for each tensor by itself, then scaled back to the length of g, as in the paper's code.
 * Removes the direction in which only the scale of the logits grows.
 *
 * Source: Prieto et al., Grokking at the Edge of Numerical Stability (arXiv:2501.04697), §5, and its `orthograd.py`.
 */
export const orthogonalGradient: GradientStep = {
  kind: 'orthogonalGradient',
  parameters: { orthogonalGradient: trueOrFalse() },
  words: ({ orthogonalGradient: isOn }) => (isOn ? ['orthogonal gradient'] : []),
  isOn: (spec) => spec.orthogonalGradient === true,
  apply: (trained) => ({ trained: trained.map(orthogonal), updates: [] }),
};

function orthogonal(one: TrainedParameter): TrainedParameter {
  const { parameter: w, gradient: g } = one;
  const smallest = constant(w, SMALLEST);
  const along = ops.divide(dot(w, g), ops.add(ops.sumSquares(w), smallest));
  const rest = ops.add(g, ops.scale(ops.multiplyScalar(w, along), -1));
  const length = ops.squareRoot(ops.sumSquares(g));
  const restLength = ops.add(ops.squareRoot(ops.sumSquares(rest)), smallest);
  return { ...one, gradient: ops.multiplyScalar(rest, ops.divide(length, restLength)) };
}

/** Σ x·y. */
const dot = (x: Tensor, y: Tensor): Tensor => ops.scale(ops.mean(ops.multiply(x, y)), sizeOf(x.shape));
