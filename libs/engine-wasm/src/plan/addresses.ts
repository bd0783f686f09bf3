import { LARGEST_CHUNK, ROW_BLOCK } from '../opcodes.js';

/** Bytes of one thread's packed rows of the left operand: a tile of scratch, then a block of rows. */
export const LEFT_SCRATCH_BYTES = 256 + ROW_BLOCK * LARGEST_CHUNK * 4;

/** The addresses of a step's values, all in bytes. */
export interface Addresses {
  /** The address from which steps read a value. */
  readonly value: (id: number) => number;
  /** The address where a step writes its node's value: for a leaf, its copy. */
  readonly result: (id: number) => number;
  /** The groups of a node's constant index, or 0 if the index is given at run time. */
  readonly groups: (id: number) => number;
  /** Scratch of `scratchBytes` that every instruction may use; its contents do not outlive the instruction. */
  readonly scratch: number;
  /** `LEFT_SCRATCH_BYTES` for each thread. */
  readonly leftScratch: number;
}
