import type { Graph, GraphNode } from '@grokscope/graph';
import { source } from './steps.js';

/** The groups of a node whose constant index says them now; equal ones are one array. */
export type Group = (node: GraphNode, graph: Graph) => Int32Array | undefined;

/** Groups what `tableMixTable` sums; undefined for other ops, and where the index is given at run time. */
export function createGroup(): Group {
  const known = new Map<Int32Array, Map<string, Int32Array>>();
  return (node, graph) => {
    if (node.op !== 'tableMixTable') return undefined;
    const index = graph.node(source(graph, node.inputs[2]));
    if (index.op !== 'constant' || !(index.attributes.values instanceof Int32Array)) return undefined;
    const { values } = index.attributes;
    const made = known.get(values) ?? new Map<string, Int32Array>();
    known.set(values, made);
    const { nHeads, nQueries, nKeys, rows } = node.attributes;
    const key = [nHeads, nQueries, nKeys, rows].join();
    const groups = made.get(key) ?? groupByTableRow(values, node.attributes, rows);
    made.set(key, groups);
    return groups;
  };
}

interface Sizes {
  readonly nHeads: number;
  readonly nQueries: number;
  readonly nKeys: number;
}

/** i32 words of `groupByTableRow`. */
export const groupWords = (rows: number, queryRows: number, nKeys: number): number =>
  rows + 1 + 2 * queryRows * nKeys;

/**
 * For each table row u the query rows that mix it and where their weights of it stand: `starts` [rows + 1], then
 * `entries` (query row, position in a [B·Tq, H·Tk] of its weight for head 0), row u's from starts[u] to starts[u + 1],
 * in the order of the index.
 */
export function groupByTableRow(
  index: Int32Array,
  { nHeads, nQueries, nKeys }: Sizes,
  rows: number,
): Int32Array {
  const groups = new Int32Array(groupWords(rows, (index.length / nKeys) * nQueries, nKeys));
  for (const row of index) groups[row + 1] += nQueries;
  for (let row = 0; row < rows; row++) groups[row + 1] += groups[row];
  const next = groups.slice(0, rows);
  index.forEach((row, position) => {
    const [example, key] = [Math.floor(position / nKeys), position % nKeys];
    for (let q = 0; q < nQueries; q++) {
      const query = example * nQueries + q;
      groups.set([query, query * nHeads * nKeys + key], rows + 1 + 2 * next[row]++);
    }
  });
  return groups;
}
