import type { Shape } from '@grokscope/base';
import { ShapeMismatch } from './errors.js';
import { recordOf } from './node.js';
import type { Operand } from './ops/op.js';
import type { Op, OpAttributes } from './ops/records.js';

/** The shape of an op's result. Throws `ShapeMismatch` if the operands do not fit. */
export function inferShape<O extends Op>(
  op: O,
  attributes: OpAttributes[O],
  operands: readonly Operand[],
): Shape {
  const shape = recordOf(op).shape(operands, attributes);
  if (typeof shape !== 'string') return shape;
  const got = operands.map((operand) => operand.shape);
  throw new ShapeMismatch(op, got, shape);
}
