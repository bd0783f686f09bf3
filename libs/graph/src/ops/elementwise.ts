import type { Tensor } from '../tensor.js';
import type { NoAttributes, OpRecord } from './op.js';
import { NONE } from './op.js';
import { always, isScalar, oneTensor, perEntry, rowsOf, twoTensors } from './shapes.js';

/** The record of `add`. */
export const addOp: OpRecord<NoAttributes> = {
  shape: twoTensors,
  flops: perEntry(1),
  gradient: ({ dy }) => [dy, dy],
  rowOperands: rowsOf(0, 1),
};
/** `(x, y) → x + y`, equal shapes. */
export const add = (x: Tensor, y: Tensor): Tensor => x.graph.apply('add', [x, y], NONE);

/** The record of `scale`. */
export const scaleOp: OpRecord<{ readonly factor: number }> = {
  shape: oneTensor,
  flops: perEntry(1),
  gradient: ({ attributes, dy }) => [scale(dy, attributes.factor)],
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `x → factor · x`. */
export const scale = (x: Tensor, factor: number): Tensor => x.graph.apply('scale', [x], { factor });

/** The record of `multiply`. */
export const multiplyOp: OpRecord<NoAttributes> = {
  shape: twoTensors,
  flops: perEntry(1),
  gradient: ({ operands: [x, y], dy }) => [multiply(dy, y), multiply(dy, x)],
  rowOperands: rowsOf(0, 1),
};
/** `(x, y) → x · y` entry by entry, equal shapes. */
export const multiply = (x: Tensor, y: Tensor): Tensor => x.graph.apply('multiply', [x, y], NONE);

/** The record of `divide`. */
export const divideOp: OpRecord<NoAttributes> = {
  shape: twoTensors,
  flops: perEntry(1),
  rowOperands: rowsOf(0, 1),
};
/** `(x, y) → x / y` entry by entry, equal shapes. */
export const divide = (x: Tensor, y: Tensor): Tensor => x.graph.apply('divide', [x, y], NONE);

/** The record of `squareRoot`. */
export const squareRootOp: OpRecord<NoAttributes> = {
  shape: oneTensor,
  flops: perEntry(1),
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `x → √x` entry by entry. */
export const squareRoot = (x: Tensor): Tensor => x.graph.apply('squareRoot', [x], NONE);

/** The record of `multiplyScalar`. */
export const multiplyScalarOp: OpRecord<NoAttributes> = {
  shape: (t) =>
    t.length === 2 && t.every((x) => x.dtype === 'f32') && isScalar(t[1])
      ? t[0].shape
      : 'a tensor and a scalar []',
  flops: perEntry(1),
  rowOperands: rowsOf(0),
  isRowwise: always,
};
/** `(x, s []) → s · x`. */
export const multiplyScalar = (x: Tensor, s: Tensor): Tensor => x.graph.apply('multiplyScalar', [x, s], NONE);
