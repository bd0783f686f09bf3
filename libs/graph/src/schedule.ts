import type { GraphFunction } from './graph.js';
import { isUpdate, type GraphNode } from './node.js';

/**
 * The nodes a function needs, in an order in which they can run: values first, in graph order, then the updates in the
 * function's order. Updates overwrite persistent tensors, so no node that reads those may come after them.
 */
export function schedule({ graph, outputs, updates }: GraphFunction): readonly GraphNode[] {
  const needed = new Set<number>();
  const pending = [...Object.values(outputs), ...updates].map((t) => t.id);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    pending.push(...graph.node(id).inputs);
  }
  const values = [...needed]
    .sort((a, b) => a - b)
    .map((id) => graph.node(id))
    .filter((n) => !isUpdate(n.op));
  return [...values, ...updates.map((t) => graph.node(t.id))];
}

/** For each scheduled value: the position of its last reader (outputs are read after the end), for planning buffers. */
export function lastReaders(
  order: readonly GraphNode[],
  outputIds: Iterable<number>,
): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  order.forEach((node, position) => {
    last.set(node.id, position);
    for (const id of node.inputs) last.set(id, position);
  });
  for (const id of outputIds) last.set(id, order.length);
  return last;
}
