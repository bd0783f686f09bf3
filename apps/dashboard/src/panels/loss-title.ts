import { formatCount } from '@grokscope/figures';
import type { RunView } from '../run-state.js';

/** What the curves say so far, as a title. */
export const lossTitle = ({ started, stepMemorized, stepGeneralized }: RunView): string => {
  // With new examples at every step there is nothing to learn by heart.
  if (started?.spec.data.infinite)
    return stepGeneralized === null ? 'Loss' : `Learnt by step ${formatCount(stepGeneralized)}`;
  if (stepGeneralized !== null) {
    const delay = stepGeneralized - (stepMemorized ?? stepGeneralized);
    return delay > 0
      ? `Understood ${formatCount(delay)} steps after it was learnt by heart`
      : 'Understood as soon as it was learnt';
  }
  if (stepMemorized !== null)
    return `Learnt by heart by step ${formatCount(stepMemorized)}, not yet understood`;
  return 'Loss';
};
