import type { TaskSpec, ToldTask } from '@grokscope/schema';
import { exampleCount, isSampled, taskWords } from './data/create-dataset.js';
import type { Dataset } from './data/dataset.js';
import { exampleTexts } from './data/example-text.js';
import type { Task } from './forms/task.js';
import { taskOf } from './tasks.js';

/**
 * The description that a run reports of a task that is not built in, so that it can be shown without the task's code;
 * undefined for a built-in task.
 */
export function tellTask(spec: TaskSpec, dataset: Dataset, tasks: readonly Task[]): ToldTask | undefined {
  if (taskOf(spec) || !taskOf(spec, tasks)) return undefined;
  const { answers, ...words } = taskWords(spec, tasks);
  return {
    ...words,
    answers: { ...answers, count: finiteOrNull(answers.count) },
    exampleCount: finiteOrNull(exampleCount(spec, tasks)),
    isSampled: isSampled(spec, tasks),
    such: exampleTexts(spec, dataset, undefined, tasks),
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
