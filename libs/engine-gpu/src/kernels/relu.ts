import { each, onEntries } from '../stages/entries.js';
import { operands, type Kernel } from '../stages/stage.js';

// All arrays and the result have equal sizes, in any shape. Written so that NaN stays NaN.
const RELU = onEntries('relu', ['x'], [], (at) => `(${at('x')} <= 0.0 ? 0.0 : ${at('x')})`);
const RELU_GRADIENT = onEntries(
  'reluGradient',
  ['dy', 'y'],
  [],
  (at) => `(${at('y')} > 0.0 ? ${at('dy')} : 0.0)`,
);

export const relu: Kernel<'relu'> = (shapes) => [each(RELU, shapes, operands(1))];

export const reluGradient: Kernel<'reluGradient'> = (shapes) => [each(RELU_GRADIENT, shapes, operands(2))];
