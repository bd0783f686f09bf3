import { sizeOf } from '@grokscope/base';
import { floatBits, type Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';
import { LEFT_SCRATCH_BYTES } from '../plan/addresses.js';

// B examples, Tq = nQueries, Tk = nKeys, H = nHeads, dH = width of one head, R = B·Tq.

/** q (R, H·dH), k (B·Tk, H·dH); may be followed by the softmax, or the gradient of one. */
export const attentionScores: Kernel<'attentionScores'> = {
  encode: ({ attributes, operands: [[rows, columns]] }, { out, at: [q, k], leftScratch, after }) => {
    const { nHeads, nQueries, nKeys, scale } = attributes;
    return [
      Opcode.AttentionScores,
      ...[out, q, k, rows, nHeads, nQueries, nKeys, columns / nHeads, floatBits(scale)],
      ...[leftScratch, LEFT_SCRATCH_BYTES, after.lastKey, after.weights, floatBits(after.factor)],
    ];
  },
};

/** s (R, H·Tk), lastKey (R). */
export const attentionSoftmax: Kernel<'attentionSoftmax'> = {
  encode: ({ attributes: { nHeads }, shape: [rows, columns] }, { out, at: [s, lastKey] }) => [
    Opcode.AttentionSoftmax,
    ...[out, s, lastKey, rows, nHeads, columns / nHeads],
  ],
};

/** dy, y (R, H·Tk). */
export const attentionSoftmaxGradient: Kernel<'attentionSoftmaxGradient'> = {
  encode: ({ attributes, shape }, { out, at: [dy, y] }) => {
    const nKeys = (shape.at(-1) ?? 1) / attributes.nHeads;
    return [Opcode.AttentionSoftmaxGradient, out, dy, y, sizeOf(shape) / nKeys, nKeys];
  },
};

/** a (R, H·Tk), v (B·Tk, H·dH). */
export const attentionValues: Kernel<'attentionValues'> = {
  encode: ({ attributes: { nHeads, nQueries, nKeys }, shape: [rows, columns] }, { out, at: [a, v] }) => [
    Opcode.AttentionValues,
    ...[out, a, v, rows, nHeads, nQueries, nKeys, columns / nHeads],
  ],
};

/** a (R, H·Tk), x (R, H·dH). */
export const attentionValuesTransposed: Kernel<'attentionValuesTransposed'> = {
  encode: ({ attributes: { nHeads, nQueries, nKeys }, shape: [rows, columns] }, { out, at: [a, x] }) => [
    Opcode.AttentionValuesTransposed,
    ...[out, a, x, rows, nHeads, nQueries, nKeys, columns / nHeads],
  ],
};
