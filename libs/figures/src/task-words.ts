import type { RunSpec, TaskSpec } from '@grokscope/schema';
import { trainCount } from '@grokscope/schema';
import { baseName, exampleCount, isSampled, taskWords as wordsOf } from '@grokscope/tasks';
import { formatCount } from './format.js';

/* Tasks and their examples as a person names them, for the page, the command line and reports. */

/** The task as one would say it at a blackboard: `a + b mod 113`. */
export const taskWords = (task: TaskSpec): string => wordsOf(task).title;

/** What a task's examples are called, and what of them is right or wrong. */
export interface Things {
  /** `pairs`, `sums`, `sequences`. */
  readonly many: string;
  /** What accuracy counts, with a word before the examples: of('unseen') is `unseen pairs`, `digits of unseen sums`. */
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

/** What the examples of a task are called. */
export function thingsOf(task: TaskSpec): Things {
  const { examples, parts } = wordsOf(task);
  return parts === undefined ? whole(examples) : partsOf(parts, examples);
}

/** How many examples are trained on, in words: `3,830 of 12,769 pairs`, `700 sums`, `new sums at every step`. */
export function seenWords({ task, data }: Pick<RunSpec, 'task' | 'data'>): string {
  const { many } = thingsOf(task);
  if (data.infinite) return `new ${many} at every step`;
  if (data.splitFile !== undefined) return `the ${many} that ${baseName(data.splitFile)} names`;
  const all = exampleCount(task);
  if (Number.isNaN(all) && !isSampled(task)) return `some of its ${many}`;
  const train = formatCount(trainCount(all, data));
  return isSampled(task) ? `${train} ${many}` : `${train} of ${formatCount(all)} ${many}`;
}

/** Number of answers that a network which knows nothing would choose among, and what they are called. */
export const answerWords = (task: TaskSpec): { readonly count: number; readonly words: string } =>
  wordsOf(task).answers;

/** The modulus, where numbers stand in their own order in the embedding; undefined where a task has none. */
export const modulusOf = ({ p }: TaskSpec): number | undefined => (typeof p === 'number' ? p : undefined);
