import type { Graph } from '../graph.js';
import * as ops from '../ops.js';
import { constantIndex } from './rebuild.js';
import type { Tensor } from '../tensor.js';

/** A value viewed as rows of a smaller table: `gather(table, index)`. */
export interface Rows {
  readonly table: Tensor;
  readonly index: Tensor;
}

/** Rows of a table by number: a gather, or the table itself if it is all of them in order. */
export function select(table: Tensor, rows: Int32Array, out: Graph): Tensor {
  const all = rows.length === table.shape[0] && rows.every((row, i) => row === i);
  return all ? table : ops.gather(table, out.constant(rows));
}

/** A gather's table and index; a table of which only a few rows are used is reduced to those. */
export function asRows({ id }: Tensor, out: Graph): Rows | undefined {
  const node = out.node(id);
  if (node.op !== 'gather') return undefined;
  const [table, index] = node.inputs.map((input) => out.tensor(input));
  const values = constantIndex(index);
  const uses = values && usesOf(values);
  if (!uses || uses.rows.length >= table.shape[0]) return { table, index };
  return { table: select(table, uses.rows, out), index: out.constant(uses.positions) };
}

/** The rows that an index names, in order of appearance, and for each entry its position among them. */
interface Uses {
  readonly rows: Int32Array;
  readonly positions: Int32Array;
}

/** Cached: passes query the same arrays repeatedly, and these never change. */
const knownUses = new WeakMap<Int32Array, Uses>();

function usesOf(values: Int32Array): Uses {
  const known = knownUses.get(values);
  if (known) return known;
  const position = new Int32Array(values.reduce((most, row) => Math.max(most, row), -1) + 1).fill(-1);
  const rows: number[] = [];
  const positions = values.map((row) => {
    if (position[row] < 0) position[row] = rows.push(row) - 1;
    return position[row];
  });
  const uses = { rows: Int32Array.from(rows), positions };
  knownUses.set(values, uses);
  return uses;
}
