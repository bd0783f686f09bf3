import { sizeOf } from '@grokscope/base';
import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

export const tanh: Kernel<'tanh'> = {
  encode: ({ shape }, { out, at: [x] }) => [Opcode.Tanh, out, x, sizeOf(shape)],
};

export const tanhGradient: Kernel<'tanhGradient'> = {
  encode: ({ shape }, { out, at: [dy, x] }) => [Opcode.TanhGradient, out, dy, x, sizeOf(shape)],
};
