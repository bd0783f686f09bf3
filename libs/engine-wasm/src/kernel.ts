import type { Shape } from '@grokscope/base';
import type { ComputedOp, OpAttributes } from '@grokscope/graph';

/**
 * An op that has an instruction: all except `reshape`, whose value is its operand's. Fusing may combine several into
 * one (`plan/steps.ts`).
 */
export type InstructionOp = Exclude<ComputedOp, 'reshape'>;

/** The sizes of one node. */
export interface SizedNode<O extends InstructionOp> {
  readonly attributes: OpAttributes[O];
  /** Shape of the result. */
  readonly shape: Shape;
  /** Shapes of the operands. */
  readonly operands: readonly Shape[];
}

/**
 * The operations that an instruction applies to each row of its result; see `Fused` of `plan/steps.ts`. Addresses, or
 * 0.
 */
export interface After {
  readonly addend: number;
  readonly bias: number;
  readonly relu: boolean;
  readonly mask: number;
  readonly lastKey: number;
  readonly weights: number;
  readonly factor: number;
}

/** The addresses of an instruction's values, all in bytes. */
export interface InstructionPlaces {
  /** The result; for an update, its first operand. */
  readonly out: number;
  /** The operands. */
  readonly at: readonly number[];
  /** Scratch of `scratchBytes`. */
  readonly scratch: number;
  /** Scratch of `LEFT_SCRATCH_BYTES` for each thread. */
  readonly leftScratch: number;
  /** The result of `group` for a constant index, or 0 if the index is given at run time. */
  readonly groups: number;
  readonly after: After;
}

/**
 * Encodes one op as an instruction. The instruction's code is in `assembly/`, in a file of the same name;
 * `assembly/index.ts` lists it under its opcode.
 */
export interface Kernel<O extends InstructionOp> {
  /** The words of the instruction, as listed in src/opcodes.ts. */
  readonly encode: (node: SizedNode<O>, places: InstructionPlaces) => readonly number[];
  /** Bytes of common scratch that the instruction needs. Default 0. */
  readonly scratchBytes?: (node: SizedNode<O>) => number;
  /** Computed from an operand that is a constant index, once, before the first run. */
  readonly group?: {
    readonly operand: number;
    readonly make: (index: Int32Array, attributes: OpAttributes[O]) => Int32Array;
  };
}

/** A float32 as one word of an instruction. */
export const floatBits = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0];

/** A float64 as two words of an instruction. */
export const doubleBits = (x: number): readonly number[] => [...new Int32Array(new Float64Array([x]).buffer)];
