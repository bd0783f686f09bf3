import { sizeOf } from '@grokscope/base';
import { floatBits, type Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

/** In place on the parameter, m and v. */
export const adamW: Kernel<'adamW'> = {
  encode: ({ operands: [parameter] }, { out, at: [, gradient, m, v, hyper] }) => [
    Opcode.AdamW,
    ...[out, gradient, m, v, hyper, sizeOf(parameter)],
  ],
};

/** A copy: the value, times 1. */
export const assign: Kernel<'assign'> = {
  encode: ({ operands: [target] }, { out, at: [, value] }) => [
    Opcode.Scale,
    ...[out, value, floatBits(1), sizeOf(target)],
  ],
};
