import { LARGEST_CHUNK, ROW_BLOCK } from '../opcodes.js';

/** Bytes of the left operand's packed rows, one thread: a tile's room, then a block of rows. */
export const LEFT_SCRATCH_BYTES = 256 + ROW_BLOCK * LARGEST_CHUNK * 4;

/** Where a step finds its values. All addresses in bytes. */
export interface Addresses {
  /** A value as steps read it. */
  readonly value: (id: number) => number;
  /** Where a step writes its node's value: for a leaf the copy of it. */
  readonly result: (id: number) => number;
  /** What a node's constant index groups, or 0 if the index is given at run time. */
  readonly groups: (id: number) => number;
  /** Room that every instruction may use and none keeps anything in: `scratchBytes` of it. */
  readonly scratch: number;
  /** `LEFT_SCRATCH_BYTES` for each thread. */
  readonly leftScratch: number;
}
