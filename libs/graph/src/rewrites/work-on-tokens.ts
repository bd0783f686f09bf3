import type { Graph, GraphFunction } from '../graph.js';
import { recordOf, type GraphNode } from '../node.js';
import * as ops from '../ops.js';
import type { Tensor } from '../tensor.js';
import { constantIndex, copyNode, rebuild } from './rebuild.js';
import { asRows, select } from './table-rows.js';

/**
 * Rewrite 2, work on tokens, not on examples: a row-wise function of gathered rows is the gather of the function of
 * the table, `f(gather(T, i)) = gather(f(T), i)`. A sum of two gathers becomes one gather of the table of the row
 * pairs that occur. Applied where the table has fewer rows than the gather. Exact: each row is computed by the same
 * arithmetic, once.
 */
export const workOnTokens = (f: GraphFunction): GraphFunction =>
  rebuild(f, (node, operands, out) => moveBehindGather(node, operands, out) ?? copyNode(node, operands, out));

/** The op applied to a table and gathered, if that is less work; otherwise undefined. */
export function moveBehindGather(
  node: GraphNode,
  operands: readonly Tensor[],
  out: Graph,
): Tensor | undefined {
  switch (node.op) {
    case 'add':
      return addOnPairs(operands[0], operands[1], out);
    case 'gather':
      return gatherOfGather(operands[0], operands[1], out);
    default:
      return recordOf(node.op).isRowwise?.(node.attributes) ? onTable(node, operands, out) : undefined;
  }
}

/** `f(gather(T, i), …) → gather(f(T, …), i)` for ops that work on each row of their first operand alone. */
function onTable(node: GraphNode, [x, ...others]: readonly Tensor[], out: Graph): Tensor | undefined {
  const rows = asRows(x, out);
  if (!rows || rows.table.shape[0] >= x.shape[0]) return undefined;
  return ops.gather(copyNode(node, [rows.table, ...others], out), rows.index);
}

/** `gather(A, i) + gather(B, j) → gather(gather(A, u) + gather(B, v), pair)`, (u, v) the pairs that occur. */
function addOnPairs(x: Tensor, y: Tensor, out: Graph): Tensor | undefined {
  const [a, b] = [asRows(x, out), asRows(y, out)];
  const [i, j] = [a && constantIndex(a.index), b && constantIndex(b.index)];
  if (!a || !b || !i || !j) return undefined;
  const pairs = occurring(i, j, b.table.shape[0]);
  if (pairs.first.length >= x.shape[0]) return undefined;
  const table = ops.add(select(a.table, pairs.first, out), select(b.table, pairs.second, out));
  return ops.gather(table, out.constant(pairs.index));
}

/** The pairs (i[n], j[n]) that occur, in order of appearance, and for each n the position of its pair. */
function occurring(
  i: Int32Array,
  j: Int32Array,
  width: number,
): { first: Int32Array; second: Int32Array; index: Int32Array } {
  const seen = new Map<number, number>();
  const index = i.map((row, n) => {
    const key = row * width + j[n];
    const known = seen.get(key) ?? seen.size;
    seen.set(key, known);
    return known;
  });
  const keys = [...seen.keys()];
  return {
    first: Int32Array.from(keys, (key) => Math.floor(key / width)),
    second: Int32Array.from(keys, (key) => key % width),
    index,
  };
}

/** `gather(gather(T, i), j) → gather(T, i∘j)` for indices known at build time. */
function gatherOfGather(x: Tensor, index: Tensor, out: Graph): Tensor | undefined {
  const node = out.node(x.id);
  const [outer, inner] = [
    constantIndex(index),
    node.op === 'gather' && constantIndex(out.tensor(node.inputs[1])),
  ];
  if (!outer || !inner) return undefined;
  const rows = outer.map((row) => inner[row]);
  return select(out.tensor(node.inputs[0]), rows, out);
}
