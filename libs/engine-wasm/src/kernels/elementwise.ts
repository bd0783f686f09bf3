import { sizeOf } from '@grokscope/base';
import { floatBits, type Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

// Entry by entry: x, y and the result of one shape; s is a scalar.

export const add: Kernel<'add'> = {
  encode: ({ shape }, { out, at: [x, y] }) => [Opcode.Add, out, x, y, sizeOf(shape)],
};

export const scale: Kernel<'scale'> = {
  encode: ({ attributes, shape }, { out, at: [x] }) => [
    Opcode.Scale,
    ...[out, x, floatBits(attributes.factor), sizeOf(shape)],
  ],
};

export const multiply: Kernel<'multiply'> = {
  encode: ({ shape }, { out, at: [x, y] }) => [Opcode.Multiply, out, x, y, sizeOf(shape)],
};

export const divide: Kernel<'divide'> = {
  encode: ({ shape }, { out, at: [x, y] }) => [Opcode.Divide, out, x, y, sizeOf(shape)],
};

export const squareRoot: Kernel<'squareRoot'> = {
  encode: ({ shape }, { out, at: [x] }) => [Opcode.SquareRoot, out, x, sizeOf(shape)],
};

export const multiplyScalar: Kernel<'multiplyScalar'> = {
  encode: ({ shape }, { out, at: [x, s] }) => [Opcode.MultiplyScalar, out, x, s, sizeOf(shape)],
};
