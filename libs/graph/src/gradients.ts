import { invariant, sizeOf } from '@grokscope/base';
import type { Graph, Tensor } from './graph.js';
import type { GraphNode, NodeOf, Op } from './node.js';
import * as ops from './ops.js';

/** Gradients of one node's real-valued operands, in operand order; `undefined` where an operand has none. */
type GradientRule<O extends Op> = (
  node: NodeOf<O>,
  operands: readonly Tensor[],
  y: Tensor,
  dy: Tensor,
) => readonly (Tensor | undefined)[];

/** Ops a loss may be differentiated through. Leaves, updates, counts and gradient ops themselves are not among them. */
type Differentiable =
  | 'add'
  | 'scale'
  | 'relu'
  | 'multiply'
  | 'gelu'
  | 'normalizeRows'
  | 'multiplyRow'
  | 'addRow'
  | 'sumRows'
  | 'gather'
  | 'scatterAdd'
  | 'matmul'
  | 'attentionScores'
  | 'attentionSoftmax'
  | 'attentionMix'
  | 'attentionMixTransposed'
  | 'reshape'
  | 'headMatmul'
  | 'tableMix'
  | 'gatherScores'
  | 'crossEntropy'
  | 'stableMax'
  | 'mean'
  | 'sumSquares';

const RULES: { [O in Differentiable]: GradientRule<O> } = {
  add: (_, __, ___, dy) => [dy, dy],
  scale: ({ attributes }, _, __, dy) => [ops.scale(dy, attributes.factor)],
  relu: (_, __, y, dy) => [ops.reluGradient(dy, y)],
  multiply: (_, [x, y], __, dy) => [ops.multiply(dy, y), ops.multiply(dy, x)],
  gelu: (_, [x], __, dy) => [ops.geluGradient(dy, x)],
  normalizeRows: ({ attributes }, [x], __, dy) => [ops.normalizeRowsGradient(dy, x, attributes.eps)],
  multiplyRow: (_, [x, row], __, dy) => [ops.multiplyRow(dy, row), ops.sumRows(ops.multiply(dy, x))],
  addRow: (_, __, ___, dy) => [dy, ops.sumRows(dy)],
  sumRows: (_, [x], __, dy) => [ops.addRow(zeros(x), dy)],
  gather: (_, [table, index], __, dy) => [ops.scatterAdd(dy, index, table.shape[0])],
  scatterAdd: (_, [, index], __, dy) => [ops.gather(dy, index)],
  matmul: ({ attributes: { transposeA, transposeB } }, [a, b], __, dy) => [
    // y = op(a)·op(b): d op(a) = dy·op(b)ᵀ, d op(b) = op(a)ᵀ·dy; transposed operands take the transpose of that.
    transposeA
      ? ops.matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : ops.matmul(dy, b, { transposeB: !transposeB }),
    transposeB
      ? ops.matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : ops.matmul(a, dy, { transposeA: !transposeA }),
  ],
  attentionScores: ({ attributes }, [q, k], __, dy) => {
    const scaled = ops.scale(dy, attributes.scale); // once, on the smallest of the tensors
    return [ops.attentionMix(scaled, k, attributes), ops.attentionMixTransposed(scaled, q, attributes)];
  },
  attentionSoftmax: ({ attributes }, _, y, dy) => [ops.attentionSoftmaxGradient(dy, y, attributes.nHeads)],
  attentionMix: ({ attributes }, [a, v], __, dy) => [
    ops.attentionScores(dy, v, attributes, 1),
    ops.attentionMixTransposed(a, dy, attributes),
  ],
  attentionMixTransposed: ({ attributes }, [a, x], __, dy) => [
    ops.attentionScores(x, dy, attributes, 1),
    ops.attentionMix(a, dy, attributes),
  ],
  reshape: (_, [x], __, dy) => [ops.reshape(dy, x.shape)],
  headMatmul: ({ attributes: { nHeads, transposeB } }, [x, w], __, dy) => [
    ops.headMatmul(dy, w, nHeads, !transposeB),
    transposeB ? ops.headMatmulWeights(dy, x, nHeads) : ops.headMatmulWeights(x, dy, nHeads),
  ],
  tableMix: ({ attributes }, [a, table, index], __, dy) => [
    ops.tableMixWeights(dy, table, index, attributes),
    ops.tableMixTable(a, dy, index, attributes, table.shape[0]),
  ],
  gatherScores: ({ attributes }, [s, q, k], __, dy) => [
    ops.scatterScores(dy, q, k, attributes, s.shape[0], s.shape[1] / attributes.nHeads),
  ],
  crossEntropy: (_, [logits, labels], __, dy) => [ops.crossEntropyGradient(logits, labels, dy)],
  stableMax: (_, [logits, labels], __, dy) => [ops.stableMaxGradient(logits, labels, dy)],
  mean: (_, [x], __, dy) => [ops.fill(dy, x.shape, 1 / sizeOf(x.shape))],
  sumSquares: (_, [x], __, dy) => {
    invariant(dy.shape.length === 0 && isOne(dy), 'sumSquares is differentiated only as the loss itself');
    return [ops.scale(x, 2)];
  },
};

const zeros = (x: Tensor): Tensor => x.graph.constant(new Float32Array(sizeOf(x.shape)), x.shape);

const isOne = ({ graph, id }: Tensor): boolean => {
  const node = graph.node(id);
  return node.op === 'constant' && node.attributes.values[0] === 1;
};

/**
 * Reverse-mode differentiation: the gradients of a scalar with respect to some tensors, as new nodes of its graph.
 *
 * @param loss scalar `[]`
 * @param parameters tensors the loss may depend on; one it does not depend on gets a gradient of zeros
 * @returns gradients, each of its parameter's shape. Throws `InvariantError` at an op that has no gradient rule.
 */
export function differentiate(loss: Tensor, parameters: readonly Tensor[]): readonly Tensor[] {
  const { graph } = loss;
  invariant(loss.shape.length === 0, 'only a scalar can be differentiated');
  const wanted = dependents(graph, parameters);
  const gradients = new Map<number, Tensor>([[loss.id, graph.constant(new Float32Array([1]), [])]]);
  for (let id = loss.id; id >= 0; id--) {
    const dy = gradients.get(id);
    const node = graph.node(id);
    if (!dy || !wanted.has(id) || node.inputs.length === 0) continue;
    const operands = node.inputs.map((i) => graph.tensor(i));
    const rule = RULES[node.op as Differentiable] as GradientRule<Op> | undefined;
    invariant(rule, `${node.op} has no gradient rule`);
    rule(node, operands, graph.tensor(id), dy).forEach((d, i) => {
      const operand = node.inputs[i];
      if (!d || !wanted.has(operand)) return;
      const sum = gradients.get(operand);
      gradients.set(operand, sum ? ops.add(sum, d) : d);
    });
  }
  return parameters.map((w) => gradients.get(w.id) ?? zeros(w));
}

/** Ids of the nodes that depend on any of the tensors, themselves included. */
function dependents(graph: Graph, tensors: readonly Tensor[]): ReadonlySet<number> {
  const found = new Set(tensors.map((t) => t.id));
  graph.nodes.forEach((node: GraphNode) => {
    if (node.inputs.some((i) => found.has(i))) found.add(node.id);
  });
  return found;
}
