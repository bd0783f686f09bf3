import type { TaskSpec } from '@grokscope/schema';
import { taskWords } from '@grokscope/tasks';

/** A question of a task on pairs: `17 + 101`; without a sign for the operation, `(17, 101)`. */
export const askedWords = (task: TaskSpec, a: string, b: string): string => {
  const { sign } = taskWords(task);
  return sign === undefined ? `(${a}, ${b})` : `${a} ${sign} ${b}`;
};
