import type { Graph, GraphFunction } from '../graph.js';
import type { GraphNode, NodeOf } from '../node.js';
import type { AttentionSizes } from '../ops/attention-sizes.js';
import * as ops from '../ops.js';
import { constantIndex, copyNode, rebuild } from './rebuild.js';
import { scoresFromTables } from './scores-on-tables.js';
import { select } from './table-rows.js';
import { moveBehindGather } from './work-on-tokens.js';
import type { Tensor } from '../tensor.js';

/**
 * Rewrite 2 through attention: a query reads its own row and the rows of the keys it sees. Under a causal mask,
 * examples that begin with the same tokens therefore have equal rows at those positions, in every layer. Attention is
 * computed once for each distinct prefix and gathered; later ops then work on prefixes as they worked on tokens. Exact:
 * equal rows result from the same arithmetic on the same numbers.
 */
export const distinctPrefixes = (f: GraphFunction): GraphFunction =>
  rebuild(
    f,
    (node, operands, out) =>
      attendOnce(node, operands, out) ??
      scoresFromTables(node, operands, out) ??
      moveBehindGather(node, operands, out) ??
      copyNode(node, operands, out),
  );

/** For each query row of the result, the table rows of its query and keys, on which its scores depend. */
interface Scores {
  readonly queries: Int32Array;
  readonly keys: Int32Array;
  readonly sizes: AttentionSizes;
  /** The scores of other queries, each an example of its own; `keys`: nKeys for each of them. */
  readonly of: (queries: Int32Array, keys: Int32Array) => Tensor;
}

/** `mix(softmax(s), gather(V, i))` for the distinct (query, keys seen, values seen), gathered. */
function attendOnce(node: GraphNode, [a, v]: readonly Tensor[], out: Graph): Tensor | undefined {
  if (node.op !== 'attentionValues') return undefined;
  const softmax = out.node(a.id);
  const values = gathered(v, out);
  if (softmax.op !== 'attentionSoftmax' || !values) return undefined;
  const lastKey = constantIndex(out.tensor(softmax.inputs[1]));
  const scores = knownScores(out.node(softmax.inputs[0]), out);
  if (!lastKey || !scores || !sameExamples(scores.sizes, node.attributes)) return undefined;
  const { nHeads, nQueries, nKeys } = node.attributes;
  const { first, index } = distinct(a.shape[0], (row) => {
    const from = Math.floor(row / nQueries) * nKeys;
    const seen = from + lastKey[row] + 1;
    return `${scores.queries[row]},${lastKey[row]}|${scores.keys.subarray(from, seen)}|${values.index.subarray(from, seen)}`;
  });
  if (first.length >= a.shape[0]) return undefined;
  const keysOf = (rows: Int32Array): Int32Array => {
    const chosen = new Int32Array(first.length * nKeys);
    first.forEach((row, i) => {
      const from = Math.floor(row / nQueries) * nKeys;
      chosen.set(rows.subarray(from, from + nKeys), i * nKeys);
    });
    return chosen;
  };
  const sizes = { nHeads, nQueries: 1, nKeys };
  const weights = ops.attentionSoftmax(
    scores.of(pick(scores.queries, first), keysOf(scores.keys)),
    out.constant(pick(lastKey, first)),
    nHeads,
  );
  const mixed = ops.attentionValues(
    weights,
    ops.gather(values.table, out.constant(keysOf(values.index))),
    sizes,
  );
  return ops.gather(mixed, out.constant(index));
}

function knownScores(node: GraphNode, out: Graph): Scores | undefined {
  if (node.op === 'gatherScores') return gatheredScores(node, out);
  if (node.op !== 'attentionScores') return undefined;
  const [q, k] = node.inputs.map((id) => gathered(out.tensor(id), out));
  if (!q || !k) return undefined;
  const { nHeads, nKeys, scale } = node.attributes;
  const of: Scores['of'] = (queries, keys) =>
    ops.attentionScores(
      select(q.table, queries, out),
      ops.gather(k.table, out.constant(keys)),
      { nHeads, nQueries: 1, nKeys },
      scale,
    );
  return { queries: q.index, keys: k.index, sizes: node.attributes, of };
}

function gatheredScores(node: NodeOf<'gatherScores'>, out: Graph): Scores | undefined {
  const [table, q, k] = node.inputs.map((id) => out.tensor(id));
  const [queries, keys] = [constantIndex(q), constantIndex(k)];
  if (!queries || !keys) return undefined;
  const sizes = { ...node.attributes, nQueries: 1 };
  const of: Scores['of'] = (rows, columns) =>
    ops.gatherScores(table, out.constant(rows), out.constant(columns), sizes);
  return { queries, keys, sizes: node.attributes, of };
}

function gathered(x: Tensor, out: Graph): { table: Tensor; index: Int32Array } | undefined {
  const node = out.node(x.id);
  const index = node.op === 'gather' ? constantIndex(out.tensor(node.inputs[1])) : undefined;
  return index && { table: out.tensor(node.inputs[0]), index };
}

/** The first row of each distinct key, in order of appearance, and for each row which of them it is. */
function distinct(rows: number, keyOf: (row: number) => string): { first: Int32Array; index: Int32Array } {
  const seen = new Map<string, number>();
  const first: number[] = [];
  const index = Int32Array.from({ length: rows }, (_, row) => {
    const key = keyOf(row);
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, first.length);
    return first.push(row) - 1;
  });
  return { first: Int32Array.from(first), index };
}

const pick = (values: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => values[row]);

const sameExamples = (a: AttentionSizes, b: AttentionSizes): boolean =>
  a.nQueries === b.nQueries && a.nKeys === b.nKeys && a.nHeads === b.nHeads;
