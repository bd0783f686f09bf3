import { sizeOf, type Shape } from '@grokscope/base';
import { doubleBits, floatBits, type Kernel } from '../kernel.js';
import { Opcode, SUM_CHUNK } from '../opcodes.js';

/** Scratch for a float64 sum of each chunk. */
const scratchBytes = ({ operands: [x] }: { readonly operands: readonly Shape[] }): number =>
  8 * Math.ceil(sizeOf(x) / SUM_CHUNK);

export const mean: Kernel<'mean'> = {
  encode: ({ operands: [shape] }, { out, at: [x], scratch }) => {
    const size = sizeOf(shape);
    return [Opcode.Sum, out, x, size, 0, scratch, ...doubleBits(1 / size)];
  },
  scratchBytes,
};

export const sumSquares: Kernel<'sumSquares'> = {
  encode: ({ operands: [shape] }, { out, at: [x], scratch }) => [
    Opcode.Sum,
    ...[out, x, sizeOf(shape), 1, scratch, ...doubleBits(1)],
  ],
  scratchBytes,
};

export const fill: Kernel<'fill'> = {
  encode: ({ attributes, shape }, { out, at: [s] }) => [
    Opcode.Fill,
    ...[out, s, floatBits(attributes.factor), sizeOf(shape)],
  ],
};
