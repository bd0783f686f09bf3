import type { Graph, GraphFunction } from '../graph.js';
import type { GraphNode } from '../node.js';
import * as ops from '../ops.js';
import { copyNode, rebuild } from './rebuild.js';
import { asRows } from './table-rows.js';
import type { Tensor } from '../tensor.js';

/**
 * Rewrite 2 for attention scores: if queries and keys are gathered from tables that have fewer pairs of rows than there
 * are pairs of query and key, the scores of the tables are computed once and gathered.
 */
export const scoresOnTables = (f: GraphFunction): GraphFunction =>
  rebuild(f, (node, operands, out) => scoresFromTables(node, operands, out) ?? copyNode(node, operands, out));

/** Attention scores computed on the tables of queries and keys and gathered; undefined if that is more work. */
export function scoresFromTables(node: GraphNode, [q, k]: readonly Tensor[], out: Graph): Tensor | undefined {
  if (node.op !== 'attentionScores') return undefined;
  const { attributes } = node;
  const [queries, keys] = [asRows(q, out), asRows(k, out)];
  if (!queries || !keys) return undefined;
  const [nQueries, nKeys] = [queries.table.shape[0], keys.table.shape[0]];
  if (nQueries * nKeys >= q.shape[0] * attributes.nKeys) return undefined;
  const sizes = { nHeads: attributes.nHeads, nQueries, nKeys };
  const scores = ops.attentionScores(queries.table, keys.table, sizes, attributes.scale);
  return ops.gatherScores(scores, queries.index, keys.index, attributes);
}

/**
 * Moves rows that are added to everything outward and merges them, and recognises gathers of one row as such. Changes
 * no product.
 */
export const gatherRows = (f: GraphFunction): GraphFunction =>
  rebuild(f, (node, operands, out) => collect(node, operands, out) ?? copyNode(node, operands, out));

function collect(node: GraphNode, operands: readonly Tensor[], out: Graph): Tensor | undefined {
  if (node.op !== 'add' && node.op !== 'addRow') return undefined;
  const parts = operands.slice(0, node.op === 'add' ? 2 : 1).map((t) => split(t, out));
  const rows = [...parts.flatMap((p) => p.rows), ...(node.op === 'addRow' ? [operands[1]] : [])];
  const rests = parts.flatMap((p) => p.rest ?? []);
  if (rests.length === 0 || (node.op === 'add' && rows.length === 0)) return undefined;
  return ops.addRow(rests.reduce(ops.add), rows.reduce(ops.add));
}

/** A tensor as a rest plus rows that are added to each of its rows. */
function split(x: Tensor, out: Graph): { rest?: Tensor; rows: readonly Tensor[] } {
  const node = out.node(x.id);
  if (node.op === 'addRow') return { rest: out.tensor(node.inputs[0]), rows: [out.tensor(node.inputs[1])] };
  const rows = node.op === 'gather' ? asRows(x, out) : undefined;
  if (rows?.table.shape[0] === 1 && x.shape[0] > 1) return { rows: [ops.reshape(rows.table, [x.shape[1]])] };
  return { rest: x, rows: [] };
}
