import type { OpRecord } from './op.js';

const leaf = {
  shape: () => 'no operands (leaves have methods of their own)',
  flops: () => 0,
} as const;

/** Trained tensor, kept between runs and shared by name between the functions of one program. */
export const parameterOp: OpRecord<{ readonly name: string }> = leaf;

/** Tensor kept between runs that is not trained (optimizer moments). */
export const stateOp: OpRecord<{ readonly name: string }> = leaf;

/** Tensor the caller may set before each run; keeps its last value. */
export const inputOp: OpRecord<{ readonly name: string }> = leaf;

/** Fixed values: index tables, labels. */
export const constantOp: OpRecord<{ readonly values: Float32Array | Int32Array }> = leaf;

/** Leaves that a program keeps between runs, by name. */
export const persistentRecords = { parameter: parameterOp, state: stateOp, input: inputOp } as const;

/** Every leaf. Engines have no kernels for them: their values exist before a run. */
export const leafRecords = { ...persistentRecords, constant: constantOp } as const;
