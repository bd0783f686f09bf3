import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

// logits (N,V), labels (N), dLoss (N).

export const crossEntropy: Kernel<'crossEntropy'> = {
  encode: ({ operands: [[n, v]] }, { out, at: [logits, labels] }) => [
    Opcode.CrossEntropy,
    ...[out, logits, labels, n, v],
  ],
};

export const crossEntropyGradient: Kernel<'crossEntropyGradient'> = {
  encode: ({ operands: [[n, v]] }, { out, at: [logits, labels, dLoss] }) => [
    Opcode.CrossEntropyGradient,
    ...[out, logits, labels, dLoss, n, v],
  ],
};

export const isCorrect: Kernel<'isCorrect'> = {
  encode: ({ operands: [[n, v]] }, { out, at: [logits, labels] }) => [
    Opcode.IsCorrect,
    ...[out, logits, labels, n, v],
  ],
};
