import { ops, type Graph, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';

/** Name of the input that carries a step's numbers to every update. */
export const HYPER_INPUT = 'optimizer.hyper';

/** Names of a parameter's first and second moment. */
export const momentNames = (parameter: string): readonly [string, string] => [
  `${parameter}.m`,
  `${parameter}.v`,
];

/** A parameter with its gradient, under the parameter's name. */
export interface Trained {
  readonly name: string;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
}

/**
 * AdamW updates for every parameter, with moments as states named by `momentNames`.
 * Source: Loshchilov & Hutter, arXiv:1711.05101, Algorithm 2; decay applies to every tensor, as in the mainline run.
 */
export function adamWUpdates(graph: Graph, trained: readonly Trained[]): readonly Tensor[] {
  const hyper = graph.input(HYPER_INPUT, [8]);
  return trained.map(({ name, parameter, gradient }) => {
    const [m, v] = momentNames(name).map((state) => graph.state(state, parameter.shape));
    return ops.adamW(parameter, gradient, m, v, hyper);
  });
}

/** Learning rate of update `step` (0, 1, …): lr · min(step / warmupSteps, 1), so update 0 has rate 0 under warm-up. */
export const learningRateAt = ({ lr, warmupSteps }: OptimizerSpec, step: number): number =>
  warmupSteps === 0 ? lr : lr * Math.min(step / warmupSteps, 1);

/**
 * The numbers that update `step` (0, 1, …) needs, as the graph's AdamW op takes them (see `OpAttributes.adamW`).
 * Computed in float64, rounded to float32 last: 1 − β as a float32 difference would lose digits.
 */
export function hyperAt(spec: OptimizerSpec, step: number): Float32Array {
  const [beta1, beta2] = spec.betas;
  const lr = learningRateAt(spec, step);
  const t = step + 1;
  return Float32Array.of(
    lr * spec.weightDecay,
    lr / (1 - beta1 ** t),
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    1 / Math.sqrt(1 - beta2 ** t),
    spec.eps,
  );
}
