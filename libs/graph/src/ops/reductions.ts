import { invariant, sizeOf, type Shape } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import { isConstantOne } from './constants.js';
import { scale } from './elementwise.js';
import type { NoAttributes, OpRecord, Operand } from './op.js';
import { NONE } from './op.js';
import { isScalar, perEntry, perOperandEntry } from './shapes.js';

const toScalar = (t: readonly Operand[]): Shape | string =>
  t.length === 1 && t[0].dtype === 'f32' ? [] : 'one tensor';

/** `x → []`: mean over all entries. */
export const meanOp: OpRecord<NoAttributes> = {
  shape: toScalar,
  flops: perOperandEntry(1),
  gradient: ({ operands: [x], dy }) => [fill(dy, x.shape, 1 / sizeOf(x.shape))],
};
export const mean = (x: Tensor): Tensor => x.graph.apply('mean', [x], NONE);

/** `s [] → shape`: every entry is `factor · s`. */
export const fillOp: OpRecord<{ readonly shape: Shape; readonly factor: number }> = {
  shape: (t, { shape }) => (t.length === 1 && isScalar(t[0]) ? shape : 'a scalar []'),
  flops: perEntry(1),
};
export const fill = (s: Tensor, shape: Shape, factor: number): Tensor =>
  s.graph.apply('fill', [s], { shape, factor });

/** `x → []`: Σ x². */
export const sumSquaresOp: OpRecord<NoAttributes> = {
  shape: toScalar,
  flops: perOperandEntry(2),
  gradient: ({ operands: [x], dy }) => {
    const isLoss = dy.shape.length === 0 && isConstantOne(dy);
    invariant(isLoss, 'sumSquares is differentiated only as the loss itself');
    return [scale(x, 2)];
  },
};
export const sumSquares = (x: Tensor): Tensor => x.graph.apply('sumSquares', [x], NONE);
