import type { Graph, Tensor } from '../graph.js';
import * as ops from '../ops.js';
import { constantIndex } from './rebuild.js';

/** A value seen as rows of a smaller table: `gather(table, index)`. */
export interface Rows {
  readonly table: Tensor;
  readonly index: Tensor;
}

/** A gather's table and index; a table of which few rows are used is cut down to those. */
export function asRows({ id }: Tensor, out: Graph): Rows | undefined {
  const node = out.node(id);
  if (node.op !== 'gather') return undefined;
  const [table, index] = node.inputs.map((input) => out.tensor(input));
  const values = constantIndex(index);
  const used = values && [...new Set(values)];
  if (!used || used.length >= table.shape[0]) return { table, index };
  const position = new Map(used.map((row, at) => [row, at]));
  return {
    table: ops.gather(table, out.constant(Int32Array.from(used))),
    index: out.constant(values.map((row) => position.get(row)!)),
  };
}
