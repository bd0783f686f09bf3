import type { Shape } from '@grokscope/base';
import type { ComputedOp, OpAttributes } from '@grokscope/graph';

/**
 * An op that has an instruction: all but `reshape`, whose value is its operand's. Fusing may take several into one
 * (`plan/steps.ts`).
 */
export type InstructionOp = Exclude<ComputedOp, 'reshape'>;

/** One node, by its sizes. */
export interface SizedNode<O extends InstructionOp> {
  readonly attributes: OpAttributes[O];
  /** Shape of the result. */
  readonly shape: Shape;
  /** Shapes of the operands. */
  readonly operands: readonly Shape[];
}

/** What an instruction goes on to do with each row of its result; see `Fused` of `plan/steps.ts`. Addresses, or 0. */
export interface After {
  readonly addend: number;
  readonly bias: number;
  readonly relu: boolean;
  readonly mask: number;
  readonly lastKey: number;
  readonly weights: number;
  readonly factor: number;
}

/** Where an instruction finds its values. All addresses in bytes. */
export interface InstructionPlaces {
  /** The result; of an update its first operand. */
  readonly out: number;
  /** The operands. */
  readonly at: readonly number[];
  /** Room for `scratchBytes`. */
  readonly scratch: number;
  /** Room of `LEFT_SCRATCH_BYTES` for each thread. */
  readonly leftScratch: number;
  /** What `group` made of a constant index, or 0 if the index is given at run time. */
  readonly groups: number;
  readonly after: After;
}

/**
 * How one op becomes an instruction. What the instruction does stands in `assembly/`, in a file of the same name;
 * `assembly/index.ts` lists it under its opcode.
 */
export interface Kernel<O extends InstructionOp> {
  /** The words of the instruction, as src/opcodes.ts lists them. */
  readonly encode: (node: SizedNode<O>, places: InstructionPlaces) => readonly number[];
  /** Bytes of common scratch that the instruction needs. Default 0. */
  readonly scratchBytes?: (node: SizedNode<O>) => number;
  /** What is made of an operand if it is a constant index: once, before the first run. */
  readonly group?: {
    readonly operand: number;
    readonly make: (index: Int32Array, attributes: OpAttributes[O]) => Int32Array;
  };
}

/** A float32 as an instruction's word. */
export const floatBits = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0];

/** A float64 as an instruction's two words. */
export const doubleBits = (x: number): readonly number[] => [...new Int32Array(new Float64Array([x]).buffer)];
