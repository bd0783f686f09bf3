/**
 * One launch of a gpu.js kernel. All arrays are flat, row-major float32; thread x computes entry x of the result.
 * Kernels are text, not functions: minifiers rename variables inside functions, which gpu.js then miscompiles.
 */
export interface Stage {
  readonly source: string;
  /** Entries of the result. */
  readonly size: number;
  /** Whole numbers below 2^24 that are fixed when the kernel is built: shapes and loop bounds (`this.constants`). */
  readonly constants: Readonly<Record<string, number>>;
  /** What the kernel's array arguments are. */
  readonly arrays: readonly StageArray[];
  /** Numbers passed after the arrays at each launch. */
  readonly scalars?: readonly number[];
}

/** An operand of the op, the result of an earlier stage of the same op, or values known when it is compiled. */
export type StageArray =
  | { readonly operand: number; readonly stage?: undefined; readonly table?: undefined }
  | { readonly stage: number; readonly operand?: undefined; readonly table?: undefined }
  | { readonly table: Float32Array; readonly operand?: undefined; readonly stage?: undefined };

/** What a family of kernels needs to know about an op's operands. */
export interface OpShapes {
  /** Entries of the result. */
  readonly size: number;
  /** Entries of operand i. */
  readonly operandSize: (i: number) => number;
  /** Columns (last dimension) of operand i; 1 for scalars. */
  readonly width: (i: number) => number;
  /** The values of operand i if they are known at compile time, else null. */
  readonly constant: (i: number) => Float32Array | Int32Array | null;
}

export const operand = (i: number): StageArray => ({ operand: i });
export const stage = (i: number): StageArray => ({ stage: i });
export const table = (values: Float32Array): StageArray => ({ table: values });

/** Operands 0 … n−1, in order. */
export const operands = (n: number): readonly StageArray[] => Array.from({ length: n }, (_, i) => operand(i));
