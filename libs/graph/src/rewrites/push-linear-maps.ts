import type { Graph, GraphFunction } from '../graph.js';
import type { GraphNode } from '../node.js';
import * as ops from '../ops.js';
import { copyNode, rebuild } from './rebuild.js';
import { asRows } from './table-rows.js';
import type { Tensor } from '../tensor.js';

/** The ops that a product may be moved through. */
interface Moves {
  /** Sums, gathers and attention mixing. */
  readonly throughMixing: boolean;
  /** Products: `(x·V)·W → x·(V·W)`. */
  readonly throughProducts: boolean;
}

/**
 * Rewrite 3, push linear maps through attention mixing: `mix(A, gather(T, i))·W = mix(A, gather(T·W, i))` with one
 * table for each head, and through the sums of the residual stream on the way there. A product over every example
 * becomes a small one over the tokens that occur, plus a few multiply-adds for each column.
 */
export const pushThroughMixing = (f: GraphFunction, chosen: ReadonlySet<number>): GraphFunction =>
  push(f, chosen, { throughMixing: true, throughProducts: false });

/** Rewrite 4, reassociate chains: `(x·V)·W = x·(V·W)` where that is cheaper, also through sums. */
export const reassociate = (f: GraphFunction, chosen: ReadonlySet<number>): GraphFunction =>
  push(f, chosen, { throughMixing: true, throughProducts: true });

/** The products of a function that a pass may push, as node ids. */
export const products = (order: readonly GraphNode[]): readonly number[] =>
  order
    .filter((n) => n.op === 'matmul' && !n.attributes.transposeA && !n.attributes.transposeB)
    .map((n) => n.id);

const push = (f: GraphFunction, chosen: ReadonlySet<number>, moves: Moves): GraphFunction =>
  rebuild(f, (node, operands, out) =>
    chosen.has(node.id) ? linear(operands[0], operands[1], moves, out) : copyNode(node, operands, out),
  );

/** `x·w`, moved towards the leaves of x as far as the moves allow. */
function linear(x: Tensor, w: Tensor, moves: Moves, out: Graph): Tensor {
  const node = out.node(x.id);
  const operand = (i: number): Tensor => out.tensor(node.inputs[i]);
  const through = (i: number): Tensor => linear(operand(i), w, moves, out);
  switch (node.op) {
    case 'add':
      return ops.add(through(0), through(1));
    case 'scale':
      return ops.scale(through(0), node.attributes.factor);
    case 'addRow': {
      const row = ops.matmul(ops.reshape(operand(1), [1, w.shape[0]]), w);
      return ops.addRow(through(0), ops.reshape(row, [w.shape[1]]));
    }
    case 'gather': {
      const rows = asRows(x, out)!;
      if (rows.table.shape[0] >= x.shape[0]) return ops.matmul(x, w);
      return ops.gather(linear(rows.table, w, moves, out), rows.index);
    }
    case 'attentionValues': {
      const values = asRows(operand(1), out);
      if (!values || !moves.throughMixing) return ops.matmul(x, w);
      const table = ops.headMatmul(values.table, w, node.attributes.nHeads);
      return ops.tableMix(operand(0), table, values.index, node.attributes);
    }
    case 'tableMix': {
      const table = operand(1);
      const { nHeads } = node.attributes;
      const [rows, width] = table.shape;
      const each = ops.reshape(table, [rows * nHeads, width / nHeads]);
      const mapped = ops.reshape(linear(each, w, moves, out), [rows, nHeads * w.shape[1]]);
      return ops.tableMix(operand(0), mapped, operand(2), node.attributes);
    }
    case 'reshape':
      return chainOfHeads(x, w, out);
    case 'matmul': {
      if (!moves.throughProducts || node.attributes.transposeA || node.attributes.transposeB)
        return ops.matmul(x, w);
      const [[n, k], [l, m]] = [operand(0).shape, w.shape];
      const together = k * l * m + n * k * m;
      const inTurn = n * l * m + n * k * l;
      return together < inTurn ? linear(operand(0), ops.matmul(operand(1), w), moves, out) : ops.matmul(x, w);
    }
    default:
      return ops.matmul(x, w);
  }
}

/** `(T ⊗ V)·w → T ⊗ (V·w)` for a table computed head by head, where the second form is cheaper. */
function chainOfHeads(x: Tensor, w: Tensor, out: Graph): Tensor {
  const reshaped = out.node(x.id);
  const node = out.node(reshaped.inputs[0]);
  if (node.op !== 'headMatmul' || node.attributes.transposeB) return ops.matmul(x, w);
  const { nHeads } = node.attributes;
  const [table, v] = node.inputs.map((id) => out.tensor(id));
  const [[u, width], [, l], m] = [table.shape, v.shape, w.shape[1]];
  if (x.shape[1] !== l || width * l * m + u * width * m >= u * width * l + u * nHeads * l * m)
    return ops.matmul(x, w);
  return ops.reshape(ops.headMatmul(table, ops.matmul(v, w), nHeads), [u * nHeads, m]);
}
