import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

// A matrix x (N,D) and a row (D).

export const multiplyRow: Kernel<'multiplyRow'> = {
  encode: ({ shape: [n, d] }, { out, at: [x, row] }) => [Opcode.MultiplyRow, out, x, row, n, d],
};

export const addRow: Kernel<'addRow'> = {
  encode: ({ shape: [n, d] }, { out, at: [x, row] }) => [Opcode.AddRow, out, x, row, n, d],
};

export const sumRows: Kernel<'sumRows'> = {
  encode: ({ operands: [[n, d]] }, { out, at: [x] }) => [Opcode.SumRows, out, x, n, d],
};
