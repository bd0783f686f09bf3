import type { Shape } from '@grokscope/base';
import type { DType, Tensor } from '../tensor.js';

/** An op without attributes. */
export type NoAttributes = Readonly<Record<string, never>>;
export const NONE: NoAttributes = {};

/** What a shape rule knows of an operand. */
export interface Operand {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What the cost model knows of a node. */
export interface CountedNode<A> {
  readonly attributes: A;
  readonly shape: Shape;
  readonly operands: readonly Shape[];
}

/** An operand whose entries are row numbers or places: integers from 0, below `limit`. */
export interface IndexOperand {
  readonly operand: number;
  readonly limit: number;
}

/** What a gradient rule knows of a node. */
export interface DifferentiatedNode<A> {
  readonly attributes: A;
  readonly operands: readonly Tensor[];
  /** The node's value. */
  readonly y: Tensor;
  /** The gradient of the loss with respect to `y`, in its shape. */
  readonly dy: Tensor;
}

/**
 * The graph's knowledge of one op. The op's meaning is given by the docstring of its function and the reference
 * engine's kernel. Operands and results are dense and row-major; N, D, V … are read off the operands.
 */
export interface OpRecord<A extends object> {
  /** The shape of the result, or a description of the operands wanted. */
  readonly shape: (operands: readonly Operand[], attributes: A) => Shape | string;
  /**
   * Floating-point operations: a multiply-add counts 2, any other arithmetic 1, exp and log 8; moving values counts 1
   * for each entry, so that a gather is not free. A model for choosing rewrites, not a prediction of time.
   */
  readonly flops: (node: CountedNode<A>) => number;
  /**
   * Gradients of the operands, in their order; undefined for an operand without one. Absent: a loss cannot be
   * differentiated through the op (leaves, updates, counts, gradients themselves).
   */
  readonly gradient?: (node: DifferentiatedNode<A>) => readonly (Tensor | undefined)[];
  /** The operands of which only row i is needed for row i of the result. Default: none. */
  readonly rowOperands?: (attributes: A) => readonly number[];
  /**
   * True if row i of the result is the same function of row i of the first operand for every i, independent of i:
   * `f(gather(T, i), …) = gather(f(T, …), i)`. Default false.
   */
  readonly isRowwise?: (attributes: A) => boolean;
  /** The operands that are indices, and the bound of their entries. Kernels do not check them. Default: none. */
  readonly indices?: (node: CountedNode<A>) => readonly IndexOperand[];
  /** Element type of the result. Default `f32`. */
  readonly resultType?: DType;
  /** Operands, persistent tensors, that the op overwrites instead of producing a value. It runs after all others. */
  readonly overwrites?: readonly number[];
}

/** The attributes of an op's record. */
export type AttributesOf<R> = R extends OpRecord<infer A> ? A : never;
