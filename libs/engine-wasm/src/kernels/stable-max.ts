import type { Kernel } from '../kernel.js';
import { Opcode } from '../opcodes.js';

// logits (N,V), labels (N), dLoss (N).

export const stableMaxCrossEntropy: Kernel<'stableMaxCrossEntropy'> = {
  encode: ({ operands: [[n, v]] }, { out, at: [logits, labels] }) => [
    Opcode.StableMaxCrossEntropy,
    ...[out, logits, labels, n, v],
  ],
};

export const stableMaxCrossEntropyGradient: Kernel<'stableMaxCrossEntropyGradient'> = {
  encode: ({ operands: [[n, v]] }, { out, at: [logits, labels, dLoss] }) => [
    Opcode.StableMaxCrossEntropyGradient,
    ...[out, logits, labels, dLoss, n, v],
  ],
};
