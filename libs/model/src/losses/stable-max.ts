import { ops } from '@grokscope/graph';
import type { Loss } from '../part.js';

/** Cross-entropy of StableMax, which does not push logits towards infinity. Source: Prieto et al., arXiv:2501.04697. */
export const stableMax: Loss = {
  kind: 'stableMax',
  title: 'StableMax loss',
  apply: ops.stableMaxCrossEntropy,
};
