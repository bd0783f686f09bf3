import type { Shape } from '@grokscope/base';
import { sameShape, sizeOf } from '@grokscope/base';
import type { DType } from '../tensor.js';
import type { CountedNode, Operand } from './op.js';

/* Building blocks that the shape rules and costs of several ops share. */

export const isMatrix = (t: Operand | undefined): boolean => t?.shape.length === 2 && t.dtype === 'f32';

export const isVector = (t: Operand | undefined, n: number, dtype: DType): boolean =>
  t?.shape.length === 1 && t.shape[0] === n && t.dtype === dtype;

export const isScalar = (t: Operand | undefined): boolean => t?.shape.length === 0;

/** The first operand's shape, if all `count` operands have it. */
export const sameAsFirst =
  (count: number, want: string) =>
  (t: readonly Operand[]): Shape | string =>
    t.length === count && t.every((x) => x.dtype === 'f32' && sameShape(x.shape, t[0].shape))
      ? t[0].shape
      : want;

export const oneTensor = sameAsFirst(1, 'one tensor');
export const twoTensors = sameAsFirst(2, 'two tensors of one shape');

/** Whether operand 1 holds an index or a label for each row of operand 0. */
export const isLabelled = (t: readonly Operand[]): boolean =>
  isMatrix(t[0]) && isVector(t[1], t[0].shape[0], 'i32');

/** Cost of `n` operations for each entry of the result. */
export const perEntry =
  (n: number) =>
  ({ shape }: CountedNode<object>): number =>
    n * sizeOf(shape);

/** Cost of `n` operations for each entry of the first operand. */
export const perOperandEntry =
  (n: number) =>
  ({ operands }: CountedNode<object>): number =>
    n * sizeOf(operands[0]);

/** `rowOperands` of the given operands. */
export const rowsOf = (...operands: readonly number[]) => {
  const list = operands;
  return (): readonly number[] => list;
};

export const always = (): true => true;
