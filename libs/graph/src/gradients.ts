import { invariant } from '@grokscope/base';
import { nodeOf, recordOf } from './node.js';
import { zerosLike } from './ops/constants.js';
import { add } from './ops/elementwise.js';
import type { Tensor, TensorGraph } from './tensor.js';

/**
 * Reverse-mode differentiation: the gradients of a scalar with respect to some tensors, as new nodes of its graph.
 *
 * @param loss scalar `[]`
 * @param parameters tensors that the loss may depend on; a tensor it does not depend on gets a gradient of zeros
 * @returns gradients, each in the shape of its parameter. Throws `InvariantError` at an op without a gradient rule.
 */
export function differentiate(loss: Tensor, parameters: readonly Tensor[]): readonly Tensor[] {
  const { graph } = loss;
  invariant(loss.shape.length === 0, 'only a scalar can be differentiated');
  const wanted = dependents(graph, parameters);
  const gradients = new Map<number, Tensor>([[loss.id, graph.constant(new Float32Array([1]), [])]]);
  for (let id = loss.id; id >= 0; id--) {
    const dy = gradients.get(id);
    const y = graph.tensor(id);
    const { op, inputs, attributes } = nodeOf(y);
    if (!dy || !wanted.has(id) || inputs.length === 0) continue;
    const rule = recordOf(op).gradient;
    invariant(rule, `${op} has no gradient rule`);
    const operands = inputs.map((i) => graph.tensor(i));
    rule({ attributes, operands, y, dy }).forEach((d, i) => {
      const operand = inputs[i];
      if (!d || !wanted.has(operand)) return;
      const sum = gradients.get(operand);
      gradients.set(operand, sum ? add(sum, d) : d);
    });
  }
  return parameters.map((w) => gradients.get(w.id) ?? zerosLike(w));
}

/** Ids of the nodes that depend on any of the tensors, themselves included. */
function dependents(graph: TensorGraph, tensors: readonly Tensor[]): ReadonlySet<number> {
  const found = new Set(tensors.map((t) => t.id));
  for (const { id, inputs } of graph.nodes) if (inputs.some((i) => found.has(i))) found.add(id);
  return found;
}
