import { sizeOf } from '@grokscope/base';
import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

export const gelu: Kernel<'gelu'> = {
  encode: ({ shape }, { out, at: [x] }) => [Opcode.Gelu, out, x, sizeOf(shape)],
};

export const geluGradient: Kernel<'geluGradient'> = {
  encode: ({ shape }, { out, at: [dy, x] }) => [Opcode.GeluGradient, out, dy, x, sizeOf(shape)],
};
