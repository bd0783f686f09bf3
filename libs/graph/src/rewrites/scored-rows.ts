import type { Graph, GraphFunction } from '../graph.js';
import { recordOf, type GraphNode } from '../node.js';
import * as ops from '../ops.js';
import { schedule } from '../schedule.js';
import type { Tensor } from '../tensor.js';
import { constantIndex, copyLeaf, copyNode } from './rebuild.js';
import {
  canCompose,
  compose,
  countOf,
  indexOf,
  queriesPerExample,
  selectionOf,
  type Selection,
} from './selection.js';

/** The rows of a value that are read: all of them, or those of one selection. */
type Demand = 'all' | Selection;

/** The counterparts of nodes built so far. */
interface RewriteState {
  readonly old: Graph;
  readonly out: Graph;
  /** An old node in the new graph, with all its rows. */
  readonly full: (id: number) => Tensor;
  /** Those rows of an old node, in the new graph. */
  readonly select: (id: number, rows: Selection) => Tensor;
}

/**
 * Rewrite 1, scored positions only: rows that no result reads are not computed. Where every reader of a value goes
 * through one selection of rows, the value is computed for those rows alone, and so are the row-wise ops, products and
 * attention queries before it. The rows may be known only at run time if equally many of each example are selected
 * (`rowsWithin`). Exact: the same numbers are computed, only fewer of them.
 */
export function scoredRowsOnly(f: GraphFunction, out: Graph): GraphFunction {
  const old = f.graph;
  const order = schedule(f);
  const demands = findDemands(f, order);
  const all = new Map<number, Tensor>();
  const reduced = new Map<number, Tensor>();
  const full = (id: number): Tensor => all.get(id)!;
  const select = (id: number, rows: Selection): Tensor =>
    reduced.get(id) ?? gatherComposed(full(id), rows, old, out);
  const made: RewriteState = { old, out, full, select };

  for (const node of order) {
    const rows = demands.get(node.id) ?? 'all';
    if (rows === 'all') all.set(node.id, copyLeaf(node, out) ?? copySelected(node, made));
    else reduced.set(node.id, reduce(node, rows, made));
  }
  const outputs = Object.entries(f.outputs).map(([name, t]) => [name, full(t.id)] as const);
  return { graph: out, outputs: Object.fromEntries(outputs), updates: f.updates.map((t) => full(t.id)) };
}

/** An op with all its rows; a gather of some rows is itself the selection. */
function copySelected(node: GraphNode, { old, out, full, select }: RewriteState): Tensor {
  const rows = selectedRows(old, node);
  return rows ? select(node.inputs[0], rows) : copyNode(node, node.inputs.map(full), out);
}

const selectedRows = (graph: Graph, node: GraphNode): Selection | undefined =>
  node.op === 'gather' ? selectionOf(graph.tensor(node.inputs[1])) : undefined;

function findDemands(
  { graph, outputs, updates }: GraphFunction,
  order: readonly GraphNode[],
): Map<number, Demand> {
  const demands = new Map<number, Demand>();
  const read = (id: number, demand: Demand): void => {
    const known = demands.get(id);
    demands.set(id, known === undefined || known === demand ? demand : 'all');
  };
  for (const t of [...Object.values(outputs), ...updates]) read(t.id, 'all');
  for (const node of [...order].reverse()) {
    let demand = demands.get(node.id) ?? 'all';
    if (demand !== 'all' && (countOf(demand) >= node.shape[0] || !canReduce(graph, node, demand))) {
      demand = 'all';
      demands.set(node.id, demand);
    }
    const rowOperands = rowsFollow(node);
    const rows = demand === 'all' ? selectedRows(graph, node) : demand;
    node.inputs.forEach((id, i) => {
      const follows = demand === 'all' ? rows !== undefined && i === 0 : rowOperands.includes(i);
      read(id, follows ? rows! : 'all');
    });
  }
  return demands;
}

/** The operands of which only row i is needed for row i of the result. */
const rowsFollow = ({ op, attributes }: GraphNode): readonly number[] =>
  recordOf(op).rowOperands?.(attributes) ?? [];

function canReduce(graph: Graph, node: GraphNode, rows: Selection): boolean {
  switch (node.op) {
    case 'attentionScores':
    case 'attentionValues':
      return queriesPerExample(node.attributes, node.shape[0] / node.attributes.nQueries, rows) > 0;
    case 'gather':
    case 'attentionSoftmax': {
      const index = constantIndex(graph.tensor(node.inputs[1]));
      return index !== undefined && canCompose(index, rows);
    }
    default:
      return rowsFollow(node).length > 0;
  }
}

function reduce(node: GraphNode, rows: Selection, { old, out, full, select }: RewriteState): Tensor {
  const [first, second] = node.inputs;
  const composed = (): Tensor => compose(constantIndex(old.tensor(second))!, rows, old, out);
  switch (node.op) {
    case 'gather':
      return ops.gather(full(first), composed());
    case 'attentionScores':
    case 'attentionValues': {
      const nExamples = node.shape[0] / node.attributes.nQueries;
      const nQueries = queriesPerExample(node.attributes, nExamples, rows);
      const operands = [select(first, rows), full(second)];
      return out.apply(node.op, operands, { ...node.attributes, nQueries } as never);
    }
    case 'attentionSoftmax':
      return ops.attentionSoftmax(select(first, rows), composed(), node.attributes.nHeads);
    default: {
      const follow = rowsFollow(node);
      const operands = node.inputs.map((id, i) => (follow.includes(i) ? select(id, rows) : full(id)));
      return copyNode(node, operands, out);
    }
  }
}

/** `gather(x, rows)`, folding a gather of a gather into one if the index is known at build time. */
function gatherComposed(x: Tensor, rows: Selection, old: Graph, out: Graph): Tensor {
  const { op, inputs } = out.node(x.id);
  const inner = op === 'gather' ? constantIndex(out.tensor(inputs[1])) : undefined;
  return inner && canCompose(inner, rows)
    ? ops.gather(out.tensor(inputs[0]), compose(inner, rows, old, out))
    : ops.gather(x, indexOf(rows, old, out));
}
