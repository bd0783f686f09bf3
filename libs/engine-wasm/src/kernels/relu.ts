import { sizeOf } from '@grokscope/base';
import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

export const relu: Kernel<'relu'> = {
  encode: ({ shape }, { out, at: [x] }) => [Opcode.Relu, out, x, sizeOf(shape)],
};

export const reluGradient: Kernel<'reluGradient'> = {
  encode: ({ shape }, { out, at: [dy, y] }) => [Opcode.ReluGradient, out, dy, y, sizeOf(shape)],
};
