import { invariant, sizeOf, type Shape } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import { isConstantOne } from './constants.js';
import { scale } from './elementwise.js';
import type { NoAttributes, OpRecord, Operand } from './op.js';
import { NONE } from './op.js';
import { isScalar, perEntry, perOperandEntry } from './shapes.js';

const toScalar = (t: readonly Operand[]): Shape | string =>
  t.length === 1 && t[0].dtype === 'f32' ? [] : 'one tensor';

/** The record of `mean`. */
export const meanOp: OpRecord<NoAttributes> = {
  shape: toScalar,
  flops: perOperandEntry(1),
  gradient: ({ operands: [x], dy }) => [fill(dy, x.shape, 1 / sizeOf(x.shape))],
};
/** `x → []`: mean over all entries. */
export const mean = (x: Tensor): Tensor => x.graph.apply('mean', [x], NONE);

/** The record of `fill`. */
export const fillOp: OpRecord<{ readonly shape: Shape; readonly factor: number }> = {
  shape: (t, { shape }) => (t.length === 1 && isScalar(t[0]) ? shape : 'a scalar []'),
  flops: perEntry(1),
};
/** `s [] → shape`: every entry is `factor · s`. */
export const fill = (s: Tensor, shape: Shape, factor: number): Tensor =>
  s.graph.apply('fill', [s], { shape, factor });

/** The record of `sumSquares`. */
export const sumSquaresOp: OpRecord<NoAttributes> = {
  shape: toScalar,
  flops: perOperandEntry(2),
  gradient: ({ operands: [x], dy }) => {
    const isLoss = dy.shape.length === 0 && isConstantOne(dy);
    invariant(isLoss, 'sumSquares is differentiated only as the loss itself');
    return [scale(x, 2)];
  },
};
/** `x → []`: Σ x². */
export const sumSquares = (x: Tensor): Tensor => x.graph.apply('sumSquares', [x], NONE);
