import type { RunSpec, TaskSpec } from '@grokscope/schema';
import { exampleCount, isSampled, trainCount } from '@grokscope/schema';
import { formatCount } from './format.js';

/* Tasks and their examples as a person names them, for the page, the command line and reports. */

/** The task as one would say it at a blackboard: `a + b mod 113`. */
export function taskWords(task: TaskSpec): string {
  switch (task.kind) {
    case 'modularAddition':
      return `a + b mod ${task.p}`;
    case 'modularSubtraction':
      return `a − b mod ${task.p}`;
    case 'modularMultiplication':
      return `a × b mod ${task.p}`;
    case 'modularDivision':
      return `a ÷ b mod ${task.p}`;
    case 'modularPolynomial':
      return `${task.expression} mod ${task.p}`;
    case 'characterAddition':
      return `sums of ${task.vocabulary} characters with hidden numbers`;
    case 'rot13':
      return task.letters === 1 ? 'ROT13 of letters' : `ROT13 of words of ${task.letters} letters`;
    case 'digitAddition':
      return `x + y, ${task.digits} digit${task.digits === 1 ? '' : 's'} each`;
    case 'repeatedSubsequence':
      return `${task.subsequence} tokens ${task.repeats} times among ${task.length}`;
    case 'skipTrigram':
      return `A … B → C with ${task.markers} markers`;
    case 'permutationComposition':
      return `f ∘ g in S_${task.n}`;
    default:
      return task satisfies never;
  }
}

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
  switch (task.kind) {
    case 'rot13':
      return task.letters === 1 ? whole('letters') : partsOf('letters', 'words');
    case 'digitAddition':
      return partsOf('digits', 'sums');
    case 'repeatedSubsequence':
      return partsOf('repeated tokens', 'sequences');
    case 'skipTrigram':
      return whole('sequences');
    default:
      return whole('pairs');
  }
}

/** How many examples are trained on, in words: `3,830 of 12,769 pairs`, `700 sums`, `new sums at every step`. */
export function seenWords({ task, data }: Pick<RunSpec, 'task' | 'data'>): string {
  const { many } = thingsOf(task);
  if (data.infinite) return `new ${many} at every step`;
  const all = exampleCount(task);
  const train = formatCount(trainCount(all, data));
  return isSampled(task) ? `${train} ${many}` : `${train} of ${formatCount(all)} ${many}`;
}

/** Number of answers that a network which knows nothing would choose among, and what they are called. */
export function answerWords(task: TaskSpec): { readonly count: number; readonly words: string } {
  const answers = (count: number): { count: number; words: string } => ({ count, words: `${count} answers` });
  switch (task.kind) {
    case 'characterAddition':
      return answers(task.vocabulary);
    case 'permutationComposition':
      return answers(Math.round(Math.sqrt(exampleCount(task))));
    case 'rot13':
      return { count: 26, words: '26 letters' };
    case 'digitAddition':
      return { count: 12, words: '12 tokens' };
    case 'repeatedSubsequence':
    case 'skipTrigram':
      return { count: task.vocabulary, words: `${task.vocabulary} tokens` };
    default:
      return answers(task.p);
  }
}

/** The modulus, where numbers stand in their own order in the embedding; undefined where a task has none. */
export const modulusOf = (task: TaskSpec): number | undefined => ('p' in task ? task.p : undefined);
