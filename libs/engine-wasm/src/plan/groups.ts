import { isComputed, type Graph, type GraphNode } from '@grokscope/graph';
import { kernelOf } from './encode.js';
import { source } from './steps.js';

/** The result of a node's `Kernel.group` for its constant index; equal results are one array. */
export type Group = (node: GraphNode, graph: Graph) => Int32Array | undefined;

/**
 * Computes the groups for a node's constant index; undefined for ops without groups and for indices given at run time.
 */
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
