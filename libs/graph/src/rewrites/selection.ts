import type { Graph } from '../graph.js';
import { nodeOf, type NodeOf } from '../node.js';
import type { AttentionSizes } from '../ops/attention-sizes.js';
import type { Tensor } from '../tensor.js';
import { constantIndex, copyLeaf } from './rebuild.js';

/**
 * A selection of rows of a value: those of a constant index, or those that an op of the graph names at run time, with a
 * known number for each example. Equal selections of one graph are one object.
 */
export type Selection = Int32Array | NodeOf<'rowsWithin'>;

/** What an index selects, as far as it is known at build time; undefined if it could be any rows. */
export function selectionOf(index: Tensor): Selection | undefined {
  const node = nodeOf(index);
  if (node.op !== 'rowsWithin') return constantIndex(index);
  return index.graph.node(node.inputs[0]).inputs.length === 0 ? node : undefined;
}

/** The number of selected rows. */
export const countOf = (rows: Selection): number =>
  rows instanceof Int32Array ? rows.length : rows.shape[0];

/**
 * The number of selected queries of each example, if it is the same for all `nExamples` and they are in order;
 * otherwise 0.
 */
export function queriesPerExample({ nQueries }: AttentionSizes, nExamples: number, rows: Selection): number {
  const n = countOf(rows) / nExamples;
  if (!(rows instanceof Int32Array))
    return rows.attributes.nSelected === n && rows.attributes.nRows === nQueries ? n : 0;
  return Number.isInteger(n) && rows.every((row, i) => Math.floor(row / nQueries) === Math.floor(i / n))
    ? n
    : 0;
}

/** Whether `compose` can determine the index's entries at those rows. */
export const canCompose = (index: Int32Array, rows: Selection): boolean =>
  rows instanceof Int32Array || index.every((entry, row) => entry === row % rows.attributes.nRows);

/**
 * The index `index[row]` of the selected rows, in the graph `out`. For rows known only at run time, one index is known:
 * the places in the example (`row % nRows`), which select them.
 */
export const compose = (index: Int32Array, rows: Selection, old: Graph, out: Graph): Tensor =>
  rows instanceof Int32Array ? out.constant(rows.map((row) => index[row])) : placeOf(rows, old, out);

/** The selection as an index of the graph `out`. */
export const indexOf = (rows: Selection, old: Graph, out: Graph): Tensor =>
  rows instanceof Int32Array
    ? out.constant(rows)
    : out.apply('rowsWithin', [placeOf(rows, old, out)], rows.attributes);

const placeOf = ({ inputs }: NodeOf<'rowsWithin'>, old: Graph, out: Graph): Tensor =>
  copyLeaf(old.node(inputs[0]), out)!;
