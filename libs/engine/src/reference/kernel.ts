import type { Shape } from '@grokscope/base';
import type { ComputedOp, OpAttributes } from '@grokscope/graph';

// The float64 kernels define the meaning of every op: plain loops, not written for speed. Every other engine is checked
// against them. All arrays are dense and row-major.

/** A number array the reference engine computes with: float64 values, or i32 indices. */
export type Cells = Float64Array | Int32Array;

/** What a kernel receives for one node. Shapes and attributes fit; indices are not checked. */
export interface KernelCall<O extends ComputedOp> {
  /** The result, every entry of which must be written. Updates have none. */
  readonly out: Float64Array;
  /** Values of the operands. An update writes to those that its record lists as overwritten. */
  readonly operands: readonly Cells[];
  readonly attributes: OpAttributes[O];
  /** Shape of the result. */
  readonly shape: Shape;
  /** Columns (last dimension) of operand i; 1 for scalars. */
  readonly width: (i: number) => number;
}

/** Computes one op from its operands. */
export type Kernel<O extends ComputedOp> = (call: KernelCall<O>) => void;

/** Sets every entry of `out` as a function of its index. */
export function fillWith(out: Float64Array, value: (i: number) => number): void {
  for (let i = 0; i < out.length; i++) out[i] = value(i);
}

/** Mean of f over the d entries of a row that starts at `row`. */
export function meanOf(row: number, d: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = row; i < row + d; i++) sum += f(i);
  return sum / d;
}

/** Σ term(x). */
export function sum(x: Cells, term: (value: number) => number): number {
  let total = 0;
  for (const value of x) total += term(value);
  return total;
}
