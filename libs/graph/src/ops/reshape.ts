import { sameShape, sizeOf, type Shape } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { OpRecord } from './op.js';

/** The same values in another shape. */
export const reshapeOp: OpRecord<{ readonly shape: Shape }> = {
  shape: (t, { shape }) =>
    t.length === 1 && sizeOf(t[0].shape) === sizeOf(shape) ? shape : `${sizeOf(shape)} values`,
  flops: () => 0,
  gradient: ({ operands: [x], dy }) => [reshape(dy, x.shape)],
};

/** The same values in another shape; a reshape of a reshape is one. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const node = x.graph.node(x.id);
  const source = node.op === 'reshape' ? x.graph.tensor(node.inputs[0]) : x;
  return sameShape(source.shape, shape) ? source : source.graph.apply('reshape', [source], { shape });
}
