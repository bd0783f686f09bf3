import { ops, type Graph, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import { HYPER } from './hyper.js';
import { filterState } from './states.js';
import { entry, number, type Trained } from './trained.js';

/** Keeps quotients by the norm of a tensor of zeros finite. Source: orthograd.py of arXiv:2501.04697. */
const SMALLEST = 1e-30;
/** Source: torch.nn.utils.clip_grad_norm_. */
const CLIP_EPS = 1e-6;

interface Steps {
  readonly trained: readonly Trained[];
  /** Updates of the filter's states. */
  readonly updates: readonly Tensor[];
}

/** What is done to gradients before the update rule sees them, in this order: filter, projection, clipping. */
export function gradientSteps(
  graph: Graph,
  { gradientFilter, orthogonalGradient, clipNorm }: OptimizerSpec,
  trained: readonly Trained[],
  hyper: Tensor,
): Steps {
  const filtered = gradientFilter
    ? filter(graph, gradientFilter.lambda, trained, hyper)
    : { trained, updates: [] };
  const projected = orthogonalGradient ? filtered.trained.map(orthogonal) : filtered.trained;
  const clipped = clipNorm === undefined ? projected : clip(projected, clipNorm);
  return { trained: clipped, updates: filtered.updates };
}

/**
 * μ ← α μ + (1 − α) g, beginning with the first gradient; g ← g + λ μ. Amplifies what is slow in the gradients.
 * Source: Lee et al., Grokfast (arXiv:2405.20233), Algorithm 2 and its code's `gradfilter_ema`.
 */
function filter(graph: Graph, lambda: number, trained: readonly Trained[], hyper: Tensor): Steps {
  const [kept, fresh] = [entry(hyper, HYPER.filterKept), entry(hyper, HYPER.filterNew)];
  const steps = trained.map((one) => {
    const state = graph.state(filterState(one.name), one.parameter.shape);
    const average = ops.add(ops.multiplyScalar(state, kept), ops.multiplyScalar(one.gradient, fresh));
    const gradient = ops.add(one.gradient, ops.scale(average, lambda));
    return { one: { ...one, gradient }, update: ops.assign(state, average) };
  });
  return { trained: steps.map(({ one }) => one), updates: steps.map(({ update }) => update) };
}

/**
 * ⊥Grad: g⊥ = g − (w·g / w·w) w for each tensor by itself, then scaled back to the length of g, as the paper's code
 * does. Takes away the direction in which only the scale of the logits grows.
 * Source: Prieto et al., Grokking at the Edge of Numerical Stability (arXiv:2501.04697), §5, and its `orthograd.py`.
 */
function orthogonal(one: Trained): Trained {
  const { parameter: w, gradient: g } = one;
  const smallest = number(w, SMALLEST);
  const along = ops.divide(dot(w, g), ops.add(ops.sumSquares(w), smallest));
  const rest = ops.add(g, ops.scale(ops.multiplyScalar(w, along), -1));
  const length = ops.squareRoot(ops.sumSquares(g));
  const restLength = ops.add(ops.squareRoot(ops.sumSquares(rest)), smallest);
  return { ...one, gradient: ops.multiplyScalar(rest, ops.divide(length, restLength)) };
}

/** Σ x·y. */
function dot(x: Tensor, y: Tensor): Tensor {
  const size = x.shape.reduce((n, side) => n * side, 1);
  return ops.scale(ops.mean(ops.multiply(x, y)), size);
}

/**
 * Scales all gradients by min(1, clipNorm / (‖g‖ + 1e-6)), ‖g‖ the norm over all tensors together.
 * Source: Pascanu et al., arXiv:1211.5063; torch.nn.utils.clip_grad_norm_.
 */
function clip(trained: readonly Trained[], clipNorm: number): readonly Trained[] {
  const squares = trained.map(({ gradient }) => ops.sumSquares(gradient)).reduce(ops.add);
  const excess = ops.relu(ops.add(ops.squareRoot(squares), number(squares, CLIP_EPS - clipNorm)));
  // max(‖g‖ + 1e-6, clipNorm), written so that no small factor comes out of a difference.
  const longest = ops.add(excess, number(squares, clipNorm));
  const factor = ops.divide(number(squares, clipNorm), longest);
  return trained.map((one) => ({ ...one, gradient: ops.multiplyScalar(one.gradient, factor) }));
}
