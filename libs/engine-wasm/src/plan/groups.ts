import type { Graph, GraphNode } from '@grokscope/graph';
import { source } from './steps.js';

/** An index that is known now, made into what its kernel goes by. Equal results are one array. */
export type Arrange = (node: GraphNode, graph: Graph) => Int32Array | undefined;

/** For the ops on tables: the order of the query rows, or what of them belongs to each table row; else undefined. */
export function createArrange(): Arrange {
  const known = new Map<Int32Array, Map<string, Int32Array>>();
  return (node, graph) => {
    if (node.op !== 'tableMix' && node.op !== 'tableMixWeights' && node.op !== 'tableMixTable')
      return undefined;
    const index = graph.node(source(graph, node.inputs[2]));
    if (index.op !== 'constant' || !(index.attributes.values instanceof Int32Array)) return undefined;
    const { values } = index.attributes;
    const made = known.get(values) ?? new Map<string, Int32Array>();
    known.set(values, made);
    const { nHeads, nQueries, nKeys } = node.attributes;
    const rows = node.op === 'tableMixTable' ? node.attributes.rows : 0;
    const key = [nHeads, nQueries, nKeys, rows].join();
    const found =
      made.get(key) ??
      (rows ? groupByTableRow(values, node.attributes, rows) : inOrderOfKeys(values, node.attributes));
    made.set(key, found);
    return found;
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

/** The query rows in the order of their keys' table rows, so that what neighbours mix is still in the cache. */
export function inOrderOfKeys(index: Int32Array, { nQueries, nKeys }: Sizes): Int32Array {
  const examples = Int32Array.from({ length: index.length / nKeys }, (_, i) => i);
  examples.sort((a, b) => {
    for (let k = 0; k < nKeys; k++) {
      const difference = index[a * nKeys + k] - index[b * nKeys + k];
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  return Int32Array.from(
    { length: examples.length * nQueries },
    (_, i) => examples[Math.floor(i / nQueries)] * nQueries + (i % nQueries),
  );
}
