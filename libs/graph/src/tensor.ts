import type { Shape } from '@grokscope/base';

/** Element types: `f32` stands for "real number" (the reference engine computes it in float64), `i32` for an index. */
export type DType = 'f32' | 'i32';

/** A value in a graph: a handle to one node. */
export interface Tensor {
  readonly graph: TensorGraph;
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A node as ops see it, independent of its op; `nodeOf` returns it with its attributes typed. */
export interface AnyNode {
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly number[];
  readonly attributes: object;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What ops need of the graph they are applied in; implemented by `Graph`. */
export interface TensorGraph {
  readonly nodes: readonly AnyNode[];
  node(id: number): AnyNode;
  tensor(id: number): Tensor;
  parameter(name: string, shape: Shape): Tensor;
  state(name: string, shape: Shape): Tensor;
  input(name: string, shape: Shape, dtype?: DType): Tensor;
  constant(values: Float32Array | Int32Array, shape?: Shape): Tensor;
  apply(op: string, inputs: readonly Tensor[], attributes: object): Tensor;
}
