import type { RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { createDataset } from '@grokscope/tasks';
import { answerWords } from '@grokscope/figures';

/** What guessing achieves on a task. */
export interface Chance {
  /** The accuracy of the best constant guess; at least one over the number of answers. */
  readonly share: number;
  /** How far luck alone may move a guesser's score from that, either way. */
  readonly luck: number;
  /** The highest test accuracy that still counts as guessing, for a reader and for statistics. */
  readonly bound: number;
}

/** An accuracy above chance by less than this part of the remainder still reads as guessing. */
const NEAR = 0.05;
/** Up to this many standard deviations, a guesser's score is luck. */
export const LUCK = 3;

/** Guessing with probability `share` of being right, scored on `count` answers. */
export const chanceFrom = (share: number, count: number): Chance => {
  const luck = LUCK * Math.sqrt((share * (1 - share)) / Math.max(count, 1));
  return { share, luck, bound: Math.min(1, share + Math.max(NEAR * (1 - share), luck)) };
};

/** The accuracy of giving the most common answer at each scored position. */
const bestConstant = ({ labels, nScored, nExamples }: Dataset): number => {
  if (nExamples === 0 || nScored === 0) return 0;
  let right = 0;
  for (let place = 0; place < nScored; place += 1) {
    const counts = new Map<number, number>();
    let most = 0;
    for (let i = place; i < nExamples * nScored; i += nScored) {
      const label = labels[i] ?? -1;
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      most = Math.max(most, count);
    }
    right += most;
  }
  return right / (nExamples * nScored);
};

/**
 * The chance level of a run's task, from its own answers; for a task that cannot be generated here, from their number
 * alone.
 */
export const chanceOf = ({ task, data }: Pick<RunSpec, 'task' | 'data'>): Chance => {
  const even = 1 / answerWords(task).count;
  const made = createDataset(task, data);
  if (made._tag === 'Left') return chanceFrom(even, Infinity);
  const { testIndices, nScored } = made.right;
  return chanceFrom(Math.max(even, bestConstant(made.right)), testIndices.length * nScored);
};
