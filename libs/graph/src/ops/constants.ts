import { sizeOf } from '@grokscope/base';
import type { Tensor } from '../tensor.js';

/** A constant of zeros, of the shape of `x`. */
export const zerosLike = (x: Tensor): Tensor => x.graph.constant(new Float32Array(sizeOf(x.shape)), x.shape);

/** Whether the first (or only) entry of a constant is 1. */
export function isConstantOne({ graph, id }: Tensor): boolean {
  const { op, attributes } = graph.node(id);
  return op === 'constant' && (attributes as { values: ArrayLike<number> }).values[0] === 1;
}
