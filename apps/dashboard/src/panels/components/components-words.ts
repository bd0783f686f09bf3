import { formatCount, formatPercent } from '@grokscope/figures';
import { noiseShare } from '../../look/significance.js';

/** Two directions must hold this many times the share that the two largest of noise would. */
const MARGIN = 1.15;

/**
 * The share of the differences between tokens along the first two directions; stated as a finding only if it exceeds
 * that of random embeddings [tokens, width].
 */
export const componentsTitle = (explained: readonly number[], tokens: number, width: number): string => {
  const two = (explained[0] ?? 0) + (explained[1] ?? 0);
  const count = `${formatCount(tokens)} tokens`;
  if (!Number.isFinite(two) || two === 0) return `The ${count} along their principal components`;
  const share = formatPercent(two);
  return two > 2 * MARGIN * noiseShare(Math.max(tokens - 1, 1), width)
    ? `Two directions hold ${share} of the differences between the ${count}`
    : `No direction stands out: the first two hold ${share} of the differences between the ${count}`;
};
