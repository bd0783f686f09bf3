import { sizeOf } from '@grokscope/base';
import { isComputed, type ComputedOp, type Graph, type GraphNode } from '@grokscope/graph';
import { kernels } from './kernels.js';
import type { Kernel, OpShapes, Stage } from './stages/stage.js';

/**
 * The launches that compute a node; none for leaves, whose values exist before the run.
 *
 * @param targets how many results kernels on vectors of 4 can have; 0 if the device cannot run such kernels
 */
export function lower(node: GraphNode, graph: Graph, targets: number): readonly Stage[] {
  if (!isComputed(node)) return [];
  const operandNode = (i: number) => graph.node(node.inputs[i]);
  const shapeOf = (i: number) => operandNode(i).shape;
  const shapes: OpShapes = {
    size: sizeOf(node.shape),
    operandSize: (i) => sizeOf(shapeOf(i)),
    width: (i) => shapeOf(i).at(-1) ?? 1,
    constant: (i) => {
      const from = operandNode(i);
      return from.op === 'constant' ? from.attributes.values : null;
    },
    within: (i) => {
      const from = operandNode(i);
      return from.op === 'rowsWithin' ? from.attributes : null;
    },
    targets,
  };
  // The attributes are those of the node's own op, as the graph's types guarantee.
  const kernel = kernels[node.op] as Kernel<ComputedOp>;
  return kernel(shapes, node.attributes);
}
