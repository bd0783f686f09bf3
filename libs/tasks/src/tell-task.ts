import { filesOf, noFiles, type Files, type TaskSpec, type ToldTask } from '@grokscope/schema';
import { exampleCount, isSampled, taskWords } from './data/create-dataset.js';
import type { Dataset } from './data/dataset.js';
import { exampleTexts } from './data/example-text.js';
import type { Task } from './forms/task.js';
import { taskOf } from './tasks.js';

/**
 * What a run tells of a task that is not built in or that is made of files, so that it is shown without the task's code
 * and files; else undefined.
 */
export function tellTask(
  spec: TaskSpec,
  dataset: Dataset,
  tasks: readonly Task[],
  files: Files = noFiles,
): ToldTask | undefined {
  const readsFiles = filesOf({ task: spec, data: {} }, { tasks }).length > 0;
  if ((taskOf(spec) && !readsFiles) || !taskOf(spec, tasks)) return undefined;
  const { answers, ...words } = taskWords(spec, tasks, files);
  return {
    ...words,
    answers: { ...answers, count: finiteOrNull(answers.count) },
    exampleCount: finiteOrNull(exampleCount(spec, tasks, files)),
    isSampled: isSampled(spec, tasks),
    such: exampleTexts(spec, dataset, undefined, tasks),
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
