import { ops, type Tensor } from '@grokscope/graph';

/** The losses there are. */
export type LossKind = 'crossEntropy' | 'stableMax';

/**
 * The loss of each scored position, [N] from logits [N, dVocabOut] and labels i32 [N]: cross-entropy of the softmax, or
 * of StableMax, which does not push logits towards infinity. Source of the latter: Prieto et al., arXiv:2501.04697.
 */
export function lossOf(kind: LossKind, logits: Tensor, labels: Tensor): Tensor {
  switch (kind) {
    case 'crossEntropy':
      return ops.crossEntropy(logits, labels);
    case 'stableMax':
      return ops.stableMaxCrossEntropy(logits, labels);
    default:
      return kind satisfies never;
  }
}
