import type { Shape } from '@grokscope/base';
import type { GraphFunction } from './graph.js';
import { recordOf, type GraphNode } from './node.js';
import { schedule } from './schedule.js';

/** Floating-point operations of one node, by its op's cost rule (`OpRecord.flops`). */
export function nodeFlops(node: GraphNode, shapeOf: (id: number) => Shape): number {
  const { op, attributes, shape, inputs } = node;
  return recordOf(op).flops({ attributes, shape, operands: inputs.map(shapeOf) });
}

/** Floating-point operations of one run of a function, by the same rules. */
export function functionFlops(f: GraphFunction): number {
  const shapeOf = (id: number): Shape => f.graph.node(id).shape;
  return schedule(f).reduce((sum, node) => sum + nodeFlops(node, shapeOf), 0);
}
