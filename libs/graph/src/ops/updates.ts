import { sameShape } from '@grokscope/base';
import type { Tensor } from '../tensor.js';
import type { NoAttributes, OpRecord, Operand } from './op.js';
import { NONE } from './op.js';
import { perOperandEntry } from './shapes.js';

/** The number of values that an AdamW step reads from `hyper`. */
const ADAM_HYPER = 8;

const isHyper = ({ shape, dtype }: Operand): boolean =>
  shape.length === 1 && shape[0] >= ADAM_HYPER && dtype === 'f32';

/** The record of `adamW`. */
export const adamWOp: OpRecord<NoAttributes> = {
  shape: (t) =>
    t.length === 5 && t.slice(0, 4).every((x) => sameShape(x.shape, t[0].shape)) && isHyper(t[4])
      ? []
      : 'parameter, gradient, m and v of one shape, and hyper [8 or more]',
  flops: perOperandEntry(14),
  overwrites: [0, 2, 3],
};
/**
 * `(parameter, gradient, m, v, hyper [8 or more]) → []`: one AdamW step, in place on parameter, m and v.
 * hyper begins with [lr·weightDecay, lr/(1−β1^t), β1, 1−β1, β2, 1−β2, 1/√(1−β2^t), eps]:
 * m ← β1 m + (1−β1) g; v ← β2 v + (1−β2) g²; w ← w − hyper0·w − hyper1·m/(√v·hyper6 + eps).
 *
 * Source: Loshchilov & Hutter, arXiv:1711.05101, algorithm 2.
 */
export const adamW = (parameter: Tensor, gradient: Tensor, m: Tensor, v: Tensor, hyper: Tensor): Tensor =>
  parameter.graph.apply('adamW', [parameter, gradient, m, v, hyper], NONE);

/** The record of `assign`. */
export const assignOp: OpRecord<NoAttributes> = {
  shape: (t) =>
    t.length === 2 && t.every((x) => x.dtype === 'f32') && sameShape(t[0].shape, t[1].shape)
      ? []
      : 'a parameter or state and a value of its shape',
  flops: perOperandEntry(1),
  overwrites: [0],
};
/** `(target, value) → []`: the parameter or state `target` takes the value, in its shape. */
export const assign = (target: Tensor, value: Tensor): Tensor =>
  target.graph.apply('assign', [target, value], NONE);
