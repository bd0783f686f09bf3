import type { TaskSpec } from '@grokscope/schema';
import type { Dataset } from './dataset.js';
import { exampleReader } from './example-reader.js';
import type { Task } from '../forms/task.js';
import { builtInTasks, taskOf } from '../tasks.js';

/**
 * An example in readable tokens: the question, an arrow, the wanted answer: `k + q → f`, `99999 + 00001 → 100000`. Of
 * sequences only the part that determines the answer is written: `A3 … B → C3`, and of a repeated subsequence how it
 * begins: `17 4 … 17 → 4`. A label that noise has made wrong is shown as it is trained on. For a task that is not among
 * `tasks`, every token is written.
 *
 * @param example its number in the dataset, which is that of the task
 */
export function exampleText(
  task: TaskSpec,
  dataset: Dataset,
  example: number,
  tasks: readonly Task[] = builtInTasks,
): string {
  const reader = exampleReader(dataset, example);
  const known = taskOf(task, tasks);
  if (known !== undefined) return known.exampleText(task, reader);
  const tokens = Array.from({ length: dataset.nCtx }, (_, position) => reader.at(position));
  return `${tokens.join(' ')} → ${reader.answers.join(' ')}`;
}

/** The first `count` training examples in readable tokens, in the order of the split. */
export const exampleTexts = (
  task: TaskSpec,
  dataset: Dataset,
  count = 3,
  tasks: readonly Task[] = builtInTasks,
): readonly string[] =>
  Array.from(dataset.trainIndices.subarray(0, count), (example) =>
    exampleText(task, dataset, example, tasks),
  );

/**
 * Hidden numbers by token, in the order of the vocabulary, which the network is never shown. Undefined for a task that
 * hides nothing.
 */
export function hiddenValues({
  structure,
  vocabulary,
}: Pick<Dataset, 'structure' | 'vocabulary'>): Readonly<Record<string, number>> | undefined {
  if (structure?.kind !== 'cyclic' || structure.isHidden !== true) return undefined;
  const { order, elementOf } = structure;
  return Object.fromEntries(vocabulary.slice(0, order).map((name, token) => [name, elementOf[token]!]));
}
