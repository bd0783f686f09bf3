import type { Tensor } from '@grokscope/graph';
import { crossEntropy } from './losses/cross-entropy.js';
import { meanSquaredError } from './losses/mean-squared-error.js';
import { stableMax } from './losses/stable-max.js';
import { partNamed, type Loss } from './part.js';

/** The built-in losses, in the order in which errors and lists name them. */
export const builtInLosses: readonly Loss[] = [crossEntropy, stableMax, meanSquaredError];

/** The loss of each scored position, [N] from logits [N, dVocabOut] and labels i32 [N], by the loss of that name. */
export const lossOf = (
  kind: string,
  logits: Tensor,
  labels: Tensor,
  losses: readonly Loss[] = builtInLosses,
): Tensor => partNamed(losses, kind, 'loss').apply(logits, labels);
