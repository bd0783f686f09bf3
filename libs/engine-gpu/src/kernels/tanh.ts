import { each, onEntries } from '../stages/entries.js';
import { operands, type Kernel } from '../stages/stage.js';

// All arrays and the result have equal sizes, in any shape.
const TANH = onEntries('tanh', ['x'], [], (at) => `hyperbolicTangent(${at('x')})`);
const TANH_GRADIENT = onEntries(
  'tanhGradient',
  ['dy', 'x'],
  [],
  (at) => `${at('dy')} * hyperbolicTangentSlope(${at('x')})`,
);

export const tanh: Kernel<'tanh'> = (shapes) => [each(TANH, shapes, operands(1))];

export const tanhGradient: Kernel<'tanhGradient'> = (shapes) => [each(TANH_GRADIENT, shapes, operands(2))];
