import type { RunSpec, TaskSpec } from '@grokscope/schema';
import { trainCount } from '@grokscope/schema';
import { baseName, exampleCount, isSampled, taskWords as wordsOf } from '@grokscope/tasks';
import { formatCount } from './format.js';

/* Names of tasks and their examples for people, used by the page, the command line and reports. */

/** The task as written on a blackboard: `a + b mod 113`. */
export const taskWords = (task: TaskSpec): string => wordsOf(task).title;

/** The word for a task's examples, and for the unit of them that is right or wrong. */
export interface Things {
  /** `pairs`, `sums`, `sequences`. */
  readonly many: string;
  /**
   * What accuracy counts, with a qualifier before the examples: of('unseen') is `unseen pairs`, `digits of unseen
   * sums`.
   */
  readonly of: (which: string) => string;
  /** The same with a clause after them: `the pairs it trains on`, `the digits of the sums it trains on`. */
  readonly that: (clause: string) => string;
}

const whole = (many: string): Things => ({
  many,
  of: (which) => `${which} ${many}`,
  that: (clause) => `the ${many} ${clause}`,
});

const partsOf = (parts: string, many: string): Things => ({
  many,
  of: (which) => `${parts} of ${which} ${many}`,
  that: (clause) => `the ${parts} of the ${many} ${clause}`,
});

/** The words for the examples of a task. */
export function thingsOf(task: TaskSpec): Things {
  const { examples, parts } = wordsOf(task);
  return parts === undefined ? whole(examples) : partsOf(parts, examples);
}

/** The number of training examples, in words: `3,830 of 12,769 pairs`, `700 sums`, `new sums at every step`. */
export function seenWords({ task, data }: Pick<RunSpec, 'task' | 'data'>): string {
  const { many } = thingsOf(task);
  if (data.infinite) return `new ${many} at every step`;
  if (data.splitFile !== undefined) return `the ${many} that ${baseName(data.splitFile)} names`;
  const all = exampleCount(task);
  if (Number.isNaN(all) && !isSampled(task)) return `some of its ${many}`;
  const train = formatCount(trainCount(all, data));
  return isSampled(task) ? `${train} ${many}` : `${train} of ${formatCount(all)} ${many}`;
}

/** The number of answers among which a network that knows nothing would choose, and their name. */
export const answerWords = (task: TaskSpec): { readonly count: number; readonly words: string } =>
  wordsOf(task).answers;

/** The modulus, if numbers are in their own order in the embedding; undefined if a task has none. */
export const modulusOf = ({ p }: TaskSpec): number | undefined => (typeof p === 'number' ? p : undefined);
