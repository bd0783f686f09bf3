import type { ComputedOp, OpAttributes } from '@grokscope/graph';

/**
 * One launch of a gpu.js kernel. All arrays are flat, row-major float32; thread x computes entry x of the result.
 * Kernels are text, not functions: minifiers rename variables inside functions, which gpu.js then miscompiles.
 */
export interface Stage {
  readonly source: string;
  /** Entries of each result. */
  readonly size: number;
  /** Whole numbers below 2^24 that are fixed when the kernel is built: shapes and loop bounds (`this.constants`). */
  readonly constants: Readonly<Record<string, number>>;
  /** The kernel's array arguments. */
  readonly arrays: readonly StageArray[];
  /** Numbers passed after the arrays at each launch. */
  readonly scalars?: readonly number[];
  /**
   * Where a kernel works on vectors: thread x computes entries 4x … 4x+3 of each result. Entries beyond the end in the
   * last vector are undefined, and no kernel on numbers sees them. The kernel returns one result as `[v0, v1, v2, v3]`;
   * it emits result r > 0 by calling `target<r>(v0, v1, v2, v3)`.
   */
  readonly vectors?: { readonly targets: number };
  /** For an update: operands, persistent tensors, that results of this launch replace after the last launch. */
  readonly replaces?: readonly { readonly operand: number; readonly target: number }[];
}

/** What an array argument holds. `vectors`: the kernel reads it as vectors of 4 entries. */
export type StageArray = ArraySource & { readonly vectors?: true };

/** An operand of the op, a result of an earlier stage of the same op, or values known when it is compiled. */
type ArraySource =
  | { readonly from: 'operand'; readonly operand: number }
  | { readonly from: 'stage'; readonly stage: number; readonly target: number }
  | { readonly from: 'table'; readonly values: Float32Array };

/** What kernels need to know about an op's operands. */
export interface OpShapes {
  /** Entries of the result. */
  readonly size: number;
  /** Entries of operand i. */
  readonly operandSize: (i: number) => number;
  /** Columns (last dimension) of operand i; 1 for scalars. */
  readonly width: (i: number) => number;
  /** The values of operand i if they are known at compile time, else null. */
  readonly constant: (i: number) => Float32Array | Int32Array | null;
  /** What is known of operand i if it indexes rows by their place in the examples, otherwise null. */
  readonly within: (i: number) => OpAttributes['rowsWithin'] | null;
  /** How many results kernels on vectors of 4 can have; 0 if the device cannot run such kernels. */
  readonly targets: number;
}

export const operand = (i: number): StageArray => ({ from: 'operand', operand: i });
export const stage = (i: number, target = 0): StageArray => ({ from: 'stage', stage: i, target });
export const table = (values: Float32Array): StageArray => ({ from: 'table', values });

/** The function with which a kernel on vectors emits result r > 0. */
export const targetName = (r: number): string => `target${r}`;

/** Components of a vector. */
export const LANES = [0, 1, 2, 3] as const;

/** The same array, read as vectors of 4 entries. */
export const vectorsOf = (array: StageArray): StageArray => ({ ...array, vectors: true });

/** Operands 0 … n−1, in order. */
export const operands = (n: number): readonly StageArray[] => Array.from({ length: n }, (_, i) => operand(i));

/**
 * How one op runs on the device: its launches, in order. The last one gives the op's value; an update has none; its
 * launches declare what they replace.
 */
export type Kernel<O extends ComputedOp> = (
  shapes: OpShapes,
  attributes: OpAttributes[O],
) => readonly Stage[];
