/**
 * The groups of nodes that all reach each other: import cycles, if nodes are files.
 *
 * Source: Tarjan, "Depth-first search and linear graph algorithms" (1972).
 * @param {ReadonlyMap<string, readonly string[]>} graph each node's successors; those that are not nodes themselves are
 * left out
 * @returns {readonly (readonly string[])[]} each group sorted, groups in order of their first node
 */
export function cyclesOf(graph) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} */
  const low = new Map();
  /** @type {string[]} */
  const open = [];
  /** @type {string[][]} */
  const cycles = [];

  /** @param {string} node */
  const visit = (node) => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    open.push(node);
    const successors = graph.get(node)?.filter((next) => graph.has(next)) ?? [];
    for (const next of successors) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = open.splice(open.indexOf(node));
    if (group.length > 1 || successors.includes(node)) cycles.push(group.sort());
  };

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}
