import { isLeaf, isUpdate, schedule, UPDATED_OPERANDS } from '@grokscope/graph';
import type { GraphFunction, GraphNode, NodeOf } from '@grokscope/graph';

/**
 * One instruction to be: a node, or a product with what follows it, finished while its rows are in the cache. A step
 * whose node is a leaf keeps a copy of it, for an output that shows it as it was before the updates.
 */
export interface Step {
  /** The node whose value the step produces. */
  readonly node: GraphNode;
  /** Values the step reads. */
  readonly inputs: readonly number[];
  /** Set for products: `node` is the last of matmul, addRow, relu or matmul, reluGradient. */
  readonly product?: Product;
}

export interface Product {
  readonly matmul: NodeOf<'matmul'>;
  readonly bias?: number;
  readonly relu: boolean;
  /** Value whose sign decides which entries are kept (the gradient of relu). */
  readonly mask?: number;
}

/**
 * The steps of a function in an order in which they can run. A bias, a relu or the gradient of a relu that alone reads
 * a product becomes part of the product's step, which then stands in the last one's place. The sums are the same bits.
 */
export function planSteps(f: GraphFunction): readonly Step[] {
  const order = schedule(f).filter((node) => !isLeaf(node.op));
  const outputs = new Set(Object.values(f.outputs).map((t) => t.id));
  const readers = new Map<number, number>();
  for (const node of order) for (const id of node.inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const products = new Map<number, Product>();
  /** The product that computes `id`, if only one node reads it; that node may take it over. */
  const open = (id: number): Product | undefined =>
    readers.get(id) === 1 && !outputs.has(id) ? products.get(id) : undefined;
  const absorbed = new Set<number>();

  for (const node of order) {
    const product = extend(node, open(node.inputs[0]));
    if (!product) continue;
    products.set(node.id, product);
    if (node.op !== 'matmul') absorbed.add(node.inputs[0]);
  }
  const toStep = (node: GraphNode): Step => {
    const product = products.get(node.id);
    if (!product) return { node, inputs: node.inputs };
    const { matmul, bias, mask } = product;
    return { node, inputs: [...matmul.inputs, bias, mask].filter((id) => id !== undefined), product };
  };
  const updates = order.filter((node) => isUpdate(node.op));
  return [
    ...order.filter((node) => !isUpdate(node.op) && !absorbed.has(node.id)).map(toStep),
    ...overwritten(updates, outputs).map((id) => ({ node: f.graph.node(id), inputs: [id] })),
    ...updates.map(toStep),
  ];
}

/** Those of the outputs that the updates change. */
function overwritten(updates: readonly GraphNode[], outputs: ReadonlySet<number>): readonly number[] {
  const changed = updates.flatMap((node) => (UPDATED_OPERANDS[node.op] ?? []).map((i) => node.inputs[i]));
  return [...new Set(changed)].filter((id) => outputs.has(id));
}

/** The product that ends with this node, given the one that computes its first operand; undefined if none does. */
function extend(node: GraphNode, before: Product | undefined): Product | undefined {
  if (node.op === 'matmul') return { matmul: node, relu: false };
  if (!before || before.relu || before.mask !== undefined) return undefined;
  if (node.op === 'addRow' && before.bias === undefined) return { ...before, bias: node.inputs[1] };
  if (node.op === 'relu') return { ...before, relu: true };
  if (node.op === 'reluGradient' && before.bias === undefined) return { ...before, mask: node.inputs[1] };
  return undefined;
}

/** For every value that a step produces: the step, and the last step that reads it (outputs: past the end). */
export function lifetimes(
  steps: readonly Step[],
  outputs: Iterable<number>,
): ReadonlyMap<number, { readonly first: number; readonly last: number }> {
  const found = new Map<number, { first: number; last: number }>();
  steps.forEach(({ node, inputs }, position) => {
    found.set(node.id, { first: position, last: position });
    for (const id of inputs) {
      const value = found.get(id);
      if (value) value.last = position;
    }
  });
  for (const id of outputs) {
    const value = found.get(id);
    if (value) value.last = steps.length;
  }
  return found;
}
