import { isComputed, type Graph, type GraphNode } from '@grokscope/graph';
import { kernelOf } from './encode.js';
import { source } from './steps.js';

/** What a node's kernel makes of its constant index (`Kernel.group`); equal ones are one array. */
export type Group = (node: GraphNode, graph: Graph) => Int32Array | undefined;

/** Groups what kernels want grouped; undefined for other ops, and where the index is given at run time. */
export function createGroup(): Group {
  const known = new Map<Int32Array, Map<string, Int32Array>>();
  return (node, graph) => {
    const group = isComputed(node) ? kernelOf(node).group : undefined;
    if (!group) return undefined;
    const index = graph.node(source(graph, node.inputs[group.operand]));
    if (index.op !== 'constant' || !(index.attributes.values instanceof Int32Array)) return undefined;
    const { values } = index.attributes;
    const made = known.get(values) ?? new Map<string, Int32Array>();
    known.set(values, made);
    const key = `${node.op} ${JSON.stringify(node.attributes)}`;
    const groups = made.get(key) ?? group.make(values, node.attributes as Parameters<typeof group.make>[1]);
    made.set(key, groups);
    return groups;
  };
}
