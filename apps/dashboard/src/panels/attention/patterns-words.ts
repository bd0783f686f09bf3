import { formatPercent } from '@grokscope/figures';
import type { HeadScores } from '@grokscope/interpret';
import type { TaskSpec } from '@grokscope/schema';
import { taskWords } from '@grokscope/tasks';

type ScoredHead = HeadScores & { readonly layer: number; readonly head: number };

/** A head is called an induction head if it spends at least this share on the induction step. */
const CLEAR = 0.4;

/** A sentence on the strongest induction head, if there is one. */
export const patternsTitle = (task: TaskSpec, scores: readonly ScoredHead[] | null): string => {
  if (taskWords(task).head !== 'induction') return 'What each head attends to';
  const found = (scores ?? []).filter(({ induction }) => Number.isFinite(induction));
  const best = found.reduce<ScoredHead | null>(
    (most, one) => (most === null || one.induction > most.induction ? one : most),
    null,
  );
  if (!best) return 'What each head attends to';
  const share = formatPercent(best.induction);
  return best.induction >= CLEAR
    ? `Layer ${best.layer}, head ${best.head} is an induction head: ${share} of its attention goes to what came next before`
    : `No induction head yet: the best one gives ${share} of its attention to what came next before`;
};

const SQUARES =
  'Each square is one head on one sequence: the attending token runs down, the token attended to runs to the right.';

/** How to read the patterns of a task. */
export const patternsReading = (task: TaskSpec): string => {
  const { patterns } = taskWords(task);
  return patterns === undefined ? SQUARES : `${SQUARES} ${patterns}`;
};

/** Longer sequences are not written out. */
const WRITTEN = 40;

/** A sequence in readable form; of a long one only its beginning. */
export const sequenceWords = (words: readonly string[]): string => {
  const isCompact = words.every((word) => word.length === 1);
  return `${words.slice(0, WRITTEN).join(isCompact ? '' : ' ')}${words.length > WRITTEN ? ' …' : ''}`;
};
