import { formatPercent } from '@grokscope/figures';
import type { HeadScores } from '@grokscope/interpret';

type Scored = HeadScores & { readonly layer: number; readonly head: number };

/** A head is called an induction head when it spends at least this share on the induction step. */
const CLEAR = 0.4;

/** The strongest induction head, if there is one, in words. */
export const patternsTitle = (scores: readonly Scored[] | null): string => {
  const found = (scores ?? []).filter(({ induction }) => Number.isFinite(induction));
  const best = found.reduce<Scored | null>(
    (most, one) => (most === null || one.induction > most.induction ? one : most),
    null,
  );
  if (!best) return 'Whom each head attends to';
  const share = formatPercent(best.induction);
  return best.induction >= CLEAR
    ? `Layer ${best.layer}, head ${best.head} is an induction head: ${share} of its attention goes to what came next before`
    : `No induction head yet: the best spends ${share} on what came next before`;
};
