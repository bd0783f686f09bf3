import { formatShape, sameShape, sizeOf } from '@grokscope/base';
import type { Shape } from '@grokscope/base';
import { inferShape } from './infer-shape.js';
import { resultType } from './node.js';
import type { GraphNode } from './node.js';
import type { Op, OpAttributes } from './ops/records.js';
import type { DType, Tensor, TensorGraph } from './tensor.js';

/**
 * An append-only dataflow graph with static shapes. Equal expressions are one node (hash-consing), so common
 * subexpressions are shared without a pass of their own. Nodes are in an order in which they can be computed.
 */
export class Graph implements TensorGraph {
  readonly #nodes: GraphNode[] = [];
  readonly #known = new Map<string, number>();
  readonly #constants: { readonly values: Float32Array | Int32Array; readonly id: number }[] = [];

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  node(id: number): GraphNode {
    return this.#nodes[id];
  }

  tensor(id: number): Tensor {
    const { shape, dtype } = this.#nodes[id];
    return { graph: this, id, shape, dtype };
  }

  /**
   * A trained tensor. Its name identifies it in the program; a second request with the same shape returns the same
   * node.
   */
  parameter(name: string, shape: Shape): Tensor {
    return this.#leaf('parameter', { name }, shape, 'f32');
  }

  state(name: string, shape: Shape): Tensor {
    return this.#leaf('state', { name }, shape, 'f32');
  }

  input(name: string, shape: Shape, dtype: DType = 'f32'): Tensor {
    return this.#leaf('input', { name }, shape, dtype);
  }

  /** Fixed values; the array must not be changed afterwards. Throws `RangeError` if the sizes disagree. */
  constant(values: Float32Array | Int32Array, shape: Shape = [values.length]): Tensor {
    if (sizeOf(shape) !== values.length)
      throw new RangeError(`constant: ${values.length} values do not fill shape ${formatShape(shape)}`);
    const dtype: DType = values instanceof Int32Array ? 'i32' : 'f32';
    const same = this.#constants.find(
      (c) =>
        this.#nodes[c.id].dtype === dtype &&
        sameShape(this.#nodes[c.id].shape, shape) &&
        equal(c.values, values),
    );
    if (same) return this.tensor(same.id);
    const tensor = this.#append('constant', [], { values }, shape, dtype);
    this.#constants.push({ values, id: tensor.id });
    return tensor;
  }

  /** Applies an op; throws `ShapeMismatch` (op, operand shapes, what is wanted) if the operands do not fit. */
  apply<O extends Op>(op: O, inputs: readonly Tensor[], attributes: OpAttributes[O]): Tensor {
    const key = `${op}(${inputs.map((t) => t.id).join()})${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return this.tensor(known);
    for (const t of inputs)
      if (t.graph !== this) throw new TypeError(`${op}: an operand belongs to another graph`);
    const shape = inferShape(op, attributes, inputs);
    const tensor = this.#append(
      op,
      inputs.map((t) => t.id),
      attributes,
      shape,
      resultType(op),
    );
    this.#known.set(key, tensor.id);
    return tensor;
  }

  #leaf(
    op: 'parameter' | 'state' | 'input',
    attributes: { name: string },
    shape: Shape,
    dtype: DType,
  ): Tensor {
    const key = `leaf ${attributes.name}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      const tensor = this.#append(op, [], attributes, shape, dtype);
      this.#known.set(key, tensor.id);
      return tensor;
    }
    const node = this.#nodes[known];
    if (node.op !== op || node.dtype !== dtype || !sameShape(node.shape, shape))
      throw new TypeError(
        `${op} "${attributes.name}" ${dtype} ${formatShape(shape)}: the graph has a ${node.op} of that name, ${node.dtype} ${formatShape(node.shape)}`,
      );
    return this.tensor(known);
  }

  #append<O extends Op>(
    op: O,
    inputs: readonly number[],
    attributes: OpAttributes[O],
    shape: Shape,
    dtype: DType,
  ): Tensor {
    const id = this.#nodes.length;
    this.#nodes.push({ id, op, inputs, attributes, shape, dtype } as unknown as GraphNode);
    return { graph: this, id, shape, dtype };
  }
}

/**
 * What an engine compiles: results to return by name, and updates to make, in this order, after every result is known.
 */
export interface GraphFunction {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly updates: readonly Tensor[];
}

function equal(a: Float32Array | Int32Array, b: Float32Array | Int32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
