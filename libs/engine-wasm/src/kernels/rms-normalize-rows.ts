import { floatBits, type Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

// x (N,D); the result has the same shape.

export const rmsNormalizeRows: Kernel<'rmsNormalizeRows'> = {
  encode: ({ attributes, shape: [n, d] }, { out, at: [x] }) => [
    Opcode.RmsNormalizeRows,
    ...[out, x, n, d, floatBits(attributes.eps)],
  ],
};

export const rmsNormalizeRowsGradient: Kernel<'rmsNormalizeRowsGradient'> = {
  encode: ({ attributes, shape: [n, d] }, { out, at: [dy, x] }) => [
    Opcode.RmsNormalizeRowsGradient,
    ...[out, dy, x, n, d, floatBits(attributes.eps)],
  ],
};
