import type { Graph, GraphFunction, Tensor } from '../graph.js';
import type { AttentionSizes, GraphNode } from '../node.js';
import * as ops from '../ops.js';
import { schedule } from '../schedule.js';
import { constantIndex, copyLeaf, copyNode } from './rebuild.js';

/** Rows of a value that somebody reads: all of them, or those of one constant index. */
type Demand = 'all' | Int32Array;

/**
 * Rewrite 1, scored positions only: what no result reads is not computed. Where every reader of a value goes
 * through one constant row selection, the value is computed for those rows alone, and so are the row-wise ops,
 * products and attention queries before it. Exact: the same numbers are computed, fewer of them.
 */
export function scoredRowsOnly(f: GraphFunction, out: Graph): GraphFunction {
  const order = schedule(f);
  const demands = findDemands(f, order);
  const full = new Map<number, Tensor>();
  const reduced = new Map<number, Tensor>();
  const demandOf = (id: number): Demand => demands.get(id) ?? 'all';

  /** Those rows of an old node, in the new graph. */
  const select = (id: number, rows: Int32Array): Tensor =>
    reduced.get(id) ?? gatherComposed(full.get(id)!, rows, out);

  for (const node of order) {
    const rows = demandOf(node.id);
    if (rows === 'all') {
      const operands = node.inputs.map((id) => full.get(id));
      const made =
        copyLeaf(node, out) ?? selection(f, node, select) ?? copyNode(node, operands as Tensor[], out);
      full.set(node.id, made);
    } else {
      reduced.set(
        node.id,
        reduce(f.graph, node, rows, select, (id) => full.get(id)!),
      );
    }
  }
  const outputs = Object.entries(f.outputs).map(([name, t]) => [name, full.get(t.id)!] as const);
  return { graph: out, outputs: Object.fromEntries(outputs), updates: f.updates.map((t) => full.get(t.id)!) };
}

/** A constant gather, as the selection it is. */
function selection(
  { graph }: GraphFunction,
  node: GraphNode,
  select: (id: number, rows: Int32Array) => Tensor,
): Tensor | undefined {
  const rows = selectedRows(graph, node);
  return rows && select(node.inputs[0], rows);
}

const selectedRows = (graph: Graph, node: GraphNode): Int32Array | undefined =>
  node.op === 'gather' ? constantIndex(graph.tensor(node.inputs[1])) : undefined;

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
    if (demand !== 'all' && (demand.length >= node.shape[0] || !canReduce(graph, node, demand))) {
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

/** The operands whose row i is needed, and only it, for row i of the result. */
function rowsFollow(node: GraphNode): readonly number[] {
  switch (node.op) {
    case 'add':
    case 'reluGradient':
    case 'multiply':
    case 'divide':
    case 'geluGradient':
    case 'normalizeRowsGradient':
      return [0, 1];
    case 'scale':
    case 'scaleBy':
    case 'relu':
    case 'gelu':
    case 'squareRoot':
    case 'normalizeRows':
    case 'multiplyRow':
    case 'addRow':
    case 'attentionScores':
    case 'attentionMix':
      return [0];
    case 'matmul':
      return node.attributes.transposeA ? [] : [0];
    case 'attentionSoftmax':
      return [0];
    default:
      return [];
  }
}

function canReduce(graph: Graph, node: GraphNode, rows: Int32Array): boolean {
  switch (node.op) {
    case 'gather':
      return selectedRows(graph, node) !== undefined;
    case 'attentionScores':
    case 'attentionMix':
      return queriesPerExample(node.attributes, node.shape[0], rows) > 0;
    case 'attentionSoftmax':
      return constantIndex(graph.tensor(node.inputs[1])) !== undefined;
    default:
      return rowsFollow(node).length > 0;
  }
}

/** Selected queries of each example if every example has equally many, in order; else 0. */
function queriesPerExample({ nQueries }: AttentionSizes, nRows: number, rows: Int32Array): number {
  const n = rows.length / (nRows / nQueries);
  return Number.isInteger(n) && rows.every((row, i) => Math.floor(row / nQueries) === Math.floor(i / n))
    ? n
    : 0;
}

function reduce(
  old: Graph,
  node: GraphNode,
  rows: Int32Array,
  select: (id: number, rows: Int32Array) => Tensor,
  full: (id: number) => Tensor,
): Tensor {
  const [first, second] = node.inputs;
  switch (node.op) {
    case 'gather': {
      const table = full(first);
      return ops.gather(table, table.graph.constant(compose(selectedRows(old, node)!, rows)));
    }
    case 'attentionScores':
    case 'attentionMix': {
      const nQueries = queriesPerExample(node.attributes, node.shape[0], rows);
      const queries = select(first, rows);
      return queries.graph.apply(node.op, [queries, full(second)], { ...node.attributes, nQueries } as never);
    }
    case 'attentionSoftmax': {
      const scores = select(first, rows);
      const lastKey = compose(constantIndex(old.tensor(second))!, rows);
      return ops.attentionSoftmax(scores, scores.graph.constant(lastKey), node.attributes.nHeads);
    }
    default: {
      const follow = rowsFollow(node);
      const operands = node.inputs.map((id, i) => (follow.includes(i) ? select(id, rows) : full(id)));
      return copyNode(node, operands, operands[0].graph);
    }
  }
}

/** `gather(x, rows)`, folding a gather of a gather into one. */
function gatherComposed(x: Tensor, rows: Int32Array, out: Graph): Tensor {
  const node = out.node(x.id);
  const inner = selectedRows(out, node);
  if (inner) return ops.gather(out.tensor(node.inputs[0]), out.constant(compose(inner, rows)));
  return ops.gather(x, out.constant(rows));
}

const compose = (index: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => index[row]);
