import { each, onEntries } from '../stages/entries.js';
import { LANES, operand, operands, vectorsOf, type Kernel } from '../stages/stage.js';

// All arrays and the result have equal sizes, in any shape.
const ADD = onEntries('add', ['x', 'y'], [], (at) => `${at('x')} + ${at('y')}`);
const SCALE = onEntries('scale', ['x'], ['factor'], (at) => `factor * ${at('x')}`);
const MULTIPLY = onEntries('multiply', ['x', 'y'], [], (at) => `${at('x')} * ${at('y')}`);
const DIVIDE = onEntries('divide', ['x', 'y'], [], (at) => `${at('x')} / ${at('y')}`);
const SQUARE_ROOT = onEntries('squareRoot', ['x'], [], (at) => `Math.sqrt(${at('x')})`);

// x: any shape, s (); out = s·x.
const SCALE_BY = `function multiplyScalar(x, s) {
  return s[0] * x[this.thread.x];
}`;

// x vectors, s (); out = s·x as vectors.
const SCALE_VECTORS_BY = `function scaleVectorsBy(x, s) {
  const xVector = x[this.thread.x];
  const factor = s[0];
  return [${LANES.map((i) => `factor * xVector[${i}]`).join(', ')}];
}`;

export const add: Kernel<'add'> = (shapes) => [each(ADD, shapes, operands(2))];

export const scale: Kernel<'scale'> = (shapes, { factor }) => [each(SCALE, shapes, operands(1), [factor])];

export const multiply: Kernel<'multiply'> = (shapes) => [each(MULTIPLY, shapes, operands(2))];

export const divide: Kernel<'divide'> = (shapes) => [each(DIVIDE, shapes, operands(2))];

export const squareRoot: Kernel<'squareRoot'> = (shapes) => [each(SQUARE_ROOT, shapes, operands(1))];

export const multiplyScalar: Kernel<'multiplyScalar'> = ({ size, targets }) => {
  if (targets === 0) return [{ source: SCALE_BY, size, constants: {}, arrays: operands(2) }];
  const arrays = [vectorsOf(operand(0)), operand(1)];
  return [{ source: SCALE_VECTORS_BY, size, constants: {}, arrays, vectors: { targets: 1 } }];
};
