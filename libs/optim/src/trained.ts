import { ops, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';

/** A parameter with its gradient, under the parameter's name. */
export interface Trained {
  readonly name: string;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
}

/** A scalar known now. */
export const number = ({ graph }: Tensor, value: number): Tensor =>
  graph.constant(Float32Array.of(value), []);

/** The number at a place of the optimizer's input, as a scalar. */
export function entry(hyper: Tensor, place: number): Tensor {
  const column = ops.reshape(hyper, [hyper.shape[0], 1]);
  return ops.reshape(ops.gather(column, hyper.graph.constant(Int32Array.of(place))), []);
}

/**
 * Whether weight decay applies to a tensor: `weights` are all but biases and layer normalisation, as their names say
 * (`W_E`, `W_Q`, …, not `b_in`, `ln1.w`).
 */
export function decays({ decayTensors = 'all' }: OptimizerSpec, name: string): boolean {
  if (decayTensors === 'all') return true;
  return decayTensors === 'weights' ? /(^|\.)W_\w+$/.test(name) : decayTensors.includes(name);
}
