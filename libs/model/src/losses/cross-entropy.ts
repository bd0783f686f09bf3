import { ops } from '@grokscope/graph';
import type { Loss } from '../part.js';

/** Cross-entropy of the softmax. */
export const crossEntropy: Loss = { kind: 'crossEntropy', apply: ops.crossEntropy };
