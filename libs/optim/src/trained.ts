import { ops, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';

/** A parameter with its gradient, under the parameter's name. */
export interface TrainedParameter {
  readonly name: string;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
}

/** Whether a tensor learns: `frozen` ones have no update, no decay and no states. */
export const isTrained = ({ frozen = [] }: OptimizerSpec, { name }: { readonly name: string }): boolean =>
  !frozen.includes(name);

/** Returns the factor on the learning rate of a tensor. */
export const rateFactor = ({ lrScale = {} }: OptimizerSpec, name: string): number =>
  Object.hasOwn(lrScale, name) ? lrScale[name] : 1;

/** Returns a scalar that is known now. */
export const constant = ({ graph }: Tensor, value: number): Tensor =>
  graph.constant(Float32Array.of(value), []);

/** x − s·y for a scalar s. */
export const minusScaled = (x: Tensor, y: Tensor, s: Tensor): Tensor =>
  ops.add(x, ops.scale(ops.multiplyScalar(y, s), -1));

/**
 * Whether weight decay applies to a tensor: `weights` are all tensors except biases and layer normalisation, as their
 * names show (`W_E`, `W_Q`, …, not `b_in`, `ln1.w`).
 */
export function decays({ decayTensors = 'all' }: OptimizerSpec, name: string): boolean {
  if (decayTensors === 'all') return true;
  return decayTensors === 'weights' ? /(^|\.)W_\w+$/.test(name) : decayTensors.includes(name);
}
