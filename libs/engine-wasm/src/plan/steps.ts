import { isLeaf, isUpdate, schedule, overwrittenOperands } from '@grokscope/graph';
import type { Graph, GraphFunction, GraphNode, NodeOf } from '@grokscope/graph';
import type { Fusion, Step } from './step.js';
import { groupByExample } from './together.js';

/** The node whose buffer holds a node's value: reshapes have none of their own. */
export function source(graph: Graph, id: number): number {
  const node = graph.node(id);
  return node.op === 'reshape' ? source(graph, node.inputs[0]) : id;
}

/** The nodes whose buffers hold a function's outputs. */
export const outputSources = (f: GraphFunction): readonly number[] =>
  Object.values(f.outputs).map((t) => source(f.graph, t.id));

/**
 * The steps of a function in an order in which they can run. An operation that is the only reader of a product or
 * mixing and works row by row becomes part of its step, which then takes the position of that operation. The sums are
 * the same bits.
 */
export function planSteps(f: GraphFunction): readonly Step[] {
  const order = schedule(f).filter((node) => !isLeaf(node.op) && node.op !== 'reshape');
  const sources = (ids: readonly number[]): readonly number[] => ids.map((id) => source(f.graph, id));
  const outputs = new Set(outputSources(f));
  const readers = new Map<number, number>();
  for (const node of order)
    for (const id of sources(node.inputs)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const fusions = new Map<number, Fusion>();
  /** The node that computes `id`, if only one node reads it and may fuse it. */
  const open = (id: number): Fusion | undefined =>
    readers.get(id) === 1 && !outputs.has(id) ? fusions.get(id) : undefined;
  const absorbed = new Set<number>();

  for (const node of order) {
    const found = start(node) ?? extend(node, open);
    if (!found) continue;
    fusions.set(node.id, found.fused);
    if (found.absorbed !== undefined) absorbed.add(found.absorbed);
  }
  const toStep = (node: GraphNode): Step => {
    const fused = fusions.get(node.id);
    if (!fused) return { node, inputs: sources(node.inputs) };
    const { base, addend, bias, mask, lastKey, weights } = fused;
    const inputs = [...base.inputs, addend, bias, mask, lastKey, weights].filter((id) => id !== undefined);
    return { node, inputs: sources(inputs), fused };
  };
  const updates = order.filter((node) => isUpdate(node.op));
  const values = order.filter((node) => !isUpdate(node.op) && !absorbed.has(node.id)).map(toStep);
  return [
    ...groupByExample(values, f.graph, outputs),
    ...overwritten(updates, outputs).map((id) => ({ node: f.graph.node(id), inputs: [id] })),
    ...updates.map(toStep),
  ];
}

/** The outputs that the updates change. */
function overwritten(updates: readonly GraphNode[], outputs: ReadonlySet<number>): readonly number[] {
  const changed = updates.flatMap((node) => overwrittenOperands(node.op).map((i) => node.inputs[i]));
  return [...new Set(changed)].filter((id) => outputs.has(id));
}

interface FusionCandidate {
  readonly fused: Fusion;
  /** The fused node. */
  readonly absorbed?: number;
}

const start = (node: GraphNode): FusionCandidate | undefined =>
  node.op === 'matmul' || node.op === 'tableMix' || node.op === 'attentionScores'
    ? { fused: { base: node, relu: false } }
    : undefined;

/**
 * The step that ends with this node and fuses a node that computes an operand; undefined if no operand can be fused.
 */
function extend(node: GraphNode, open: (id: number) => Fusion | undefined): FusionCandidate | undefined {
  if (node.op === 'add') return extendByAddend(node, open);
  const [absorbed, other] = node.inputs;
  const before = open(absorbed);
  if (!before || before.relu || before.mask !== undefined) return undefined;
  if (before.base.op === 'attentionScores') return extendScores(node, before);
  if (node.op === 'addRow' && before.bias === undefined)
    return { fused: { ...before, bias: other }, absorbed };
  if (node.op === 'relu') return { fused: { ...before, relu: true }, absorbed };
  if (node.op === 'reluGradient' && before.bias === undefined && before.base.op === 'matmul')
    return { fused: { ...before, mask: other }, absorbed };
  return undefined;
}

/** The softmax of scores, or the gradient of a softmax at them, and a factor on it. */
function extendScores(node: GraphNode, before: Fusion): FusionCandidate | undefined {
  const [absorbed, other] = node.inputs;
  const bare = before.lastKey === undefined && before.weights === undefined;
  if (node.op === 'attentionSoftmax' && bare) return { fused: { ...before, lastKey: other }, absorbed };
  if (node.op === 'attentionSoftmaxGradient' && bare)
    return { fused: { ...before, weights: other }, absorbed };
  if (node.op === 'scale' && before.weights !== undefined && before.factor === undefined)
    return { fused: { ...before, factor: node.attributes.factor }, absorbed };
  return undefined;
}

/** A product or mixing may start from another value: the later operand if it is a bare one, else the earlier. */
function extendByAddend(
  node: NodeOf<'add'>,
  open: (id: number) => Fusion | undefined,
): FusionCandidate | undefined {
  const [x, y] = node.inputs;
  for (const [absorbed, addend] of [
    [y, x],
    [x, y],
  ]) {
    const before = open(absorbed);
    const bare =
      before && !before.relu && [before.addend, before.bias, before.mask].every((id) => id === undefined);
    if (bare && before.base.op !== 'attentionScores') return { fused: { ...before, addend }, absorbed };
  }
  return undefined;
}
