import { Graph, type GraphFunction } from '../graph.js';
import { nodeOf, type GraphNode } from '../node.js';
import { schedule } from '../schedule.js';
import type { Tensor } from '../tensor.js';

/** Makes a node's counterpart in the new graph from its operands' counterparts. */
export type Visit = (node: GraphNode, operands: readonly Tensor[], out: Graph) => Tensor;

/** Rebuilds a function, node by node in order; leaves are copied, every other node is passed to `visit`. */
export function rebuild(f: GraphFunction, visit: Visit): GraphFunction {
  const out = new Graph();
  const made = new Map<number, Tensor>();
  for (const node of schedule(f)) {
    const operands = node.inputs.map((id) => made.get(id)!);
    made.set(node.id, copyLeaf(node, out) ?? visit(node, operands, out));
  }
  return {
    graph: out,
    outputs: Object.fromEntries(Object.entries(f.outputs).map(([name, t]) => [name, made.get(t.id)!])),
    updates: f.updates.map((t) => made.get(t.id)!),
  };
}

/** The same op on the new operands. */
export const copyNode: Visit = (node, operands, out) => out.apply(node.op, operands, node.attributes);

/** A leaf's counterpart, or undefined for an op with operands. */
export function copyLeaf(node: GraphNode, out: Graph): Tensor | undefined {
  switch (node.op) {
    case 'parameter':
      return out.parameter(node.attributes.name, node.shape);
    case 'state':
      return out.state(node.attributes.name, node.shape);
    case 'input':
      return out.input(node.attributes.name, node.shape, node.dtype);
    case 'constant':
      return out.constant(node.attributes.values, node.shape);
    default:
      return undefined;
  }
}

/** The values of a constant i32 index, or undefined if the index is only known at run time. */
export function constantIndex(index: Tensor): Int32Array | undefined {
  const node = nodeOf(index);
  return node.op === 'constant' && node.attributes.values instanceof Int32Array
    ? node.attributes.values
    : undefined;
}
