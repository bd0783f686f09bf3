import { floatBits, type Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

// x (N,D); the result has the same shape.

export const normalizeRows: Kernel<'normalizeRows'> = {
  encode: ({ attributes, shape: [n, d] }, { out, at: [x] }) => [
    Opcode.NormalizeRows,
    ...[out, x, n, d, floatBits(attributes.eps)],
  ],
};

export const normalizeRowsGradient: Kernel<'normalizeRowsGradient'> = {
  encode: ({ attributes, shape: [n, d] }, { out, at: [dy, x] }) => [
    Opcode.NormalizeRowsGradient,
    ...[out, dy, x, n, d, floatBits(attributes.eps)],
  ],
};
