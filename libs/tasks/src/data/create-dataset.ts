import type { DataSpec, Files, TaskSpec } from '@grokscope/schema';
import { kindsOf, noFiles, toldOf } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Dataset, TaskShape } from './dataset.js';
import type { TaskError, UnknownTask } from '../errors.js';
import { withLabelNoise } from './label-noise.js';
import { sampledDataset } from './sampled-dataset.js';
import { splitCount, splitExamples } from './split.js';
import type { Task, TaskWords } from '../forms/task.js';
import { builtInTasks, taskOf } from '../tasks.js';

/**
 * The examples of a task and their split: the same bytes for the same two specs.
 *
 * The specs are taken as decoded (`decodeRunSpec`). Left is what only shows here: an expression that cannot be
 * read, a split without a training or test example, or a task without as many different examples as are wanted; a file
 * that is not as it should be, or not among `files`; and a task that is none of `tasks`.
 */
export function createDataset(
  spec: TaskSpec,
  data: DataSpec,
  tasks: readonly Task[] = builtInTasks,
  files: Files = noFiles,
): E.Either<TaskError, Dataset> {
  const task = taskOf(spec, tasks);
  if (task === undefined) return E.left(unknownTask(spec, tasks));
  if (task.isSampled) {
    const fault = task.fault?.(spec, files);
    return fault === undefined
      ? sampledDataset(task.sampler(spec, files), task.exampleCount(spec, files), data)
      : E.left(fault);
  }
  return pipe(
    task.table(spec, files),
    E.chainW(({ exampleOfRow, ...examples }) =>
      pipe(
        splitExamples(examples.nExamples, data, files, exampleOfRow),
        E.map((split): Dataset => withLabelNoise({ ...examples, ...split }, data)),
      ),
    ),
  );
}

/**
 * What a task is, known without making its examples: for code that only needs to know whether it can be set up and how
 * large it is. Left lists faults that only appear here; for a task that draws its examples, whether there are enough of
 * them only appears when they are drawn.
 */
export function taskShape(
  spec: TaskSpec,
  data: DataSpec,
  tasks: readonly Task[] = builtInTasks,
  files: Files = noFiles,
): E.Either<TaskError, TaskShape> {
  const task = taskOf(spec, tasks);
  if (task === undefined) return E.left(unknownTask(spec, tasks));
  if (task.isSampled) {
    const fault = task.fault?.(spec, files);
    return fault === undefined ? E.right(task.sampler(spec, files)) : E.left(fault);
  }
  return pipe(
    task.shape(spec, files),
    E.chainFirstW(() => splitCount(task.exampleCount(spec, files), data, files)),
  );
}

function unknownTask({ kind }: TaskSpec, tasks: readonly Task[]): UnknownTask {
  const allowed = `one of ${kindsOf(tasks).join(', ')}`;
  return { _tag: 'UnknownTask', path: 'task.kind', value: kind, message: `must be ${allowed}`, allowed };
}

/**
 * How many different examples a task has: all pairs or words of a full table; of tasks that draw theirs, what can be
 * drawn, as a float64 (it may be Infinity). Of a task that is none of `tasks`, or of which a file is not among `files`,
 * what its run told (`withTold`), or NaN.
 */
export function exampleCount(
  spec: TaskSpec,
  tasks: readonly Task[] = builtInTasks,
  files: Files = noFiles,
): number {
  const count = taskOf(spec, tasks)?.exampleCount(spec, files) ?? NaN;
  const told = Number.isNaN(count) ? toldOf(spec) : undefined;
  return told ? (told.exampleCount ?? Infinity) : count;
}

/** Whether a task's examples are drawn; the others are full tables. */
export const isSampled = (spec: TaskSpec, tasks: readonly Task[] = builtInTasks): boolean =>
  taskOf(spec, tasks)?.isSampled ?? toldOf(spec)?.isSampled ?? false;

/**
 * How a task is spoken of. What its run told of it holds before what is known without its files; of one that is none of
 * `tasks`, and of which no run told anything, the kind is all there is.
 */
export function taskWords(
  spec: TaskSpec,
  tasks: readonly Task[] = builtInTasks,
  files: Files = noFiles,
): TaskWords {
  const task = taskOf(spec, tasks);
  const told = toldOf(spec);
  if (task && (files.size > 0 || !told)) return task.words(spec, files);
  if (!told)
    return { title: spec.kind, examples: 'examples', answers: { count: Infinity, words: 'its answers' } };
  return { ...told, answers: { ...told.answers, count: told.answers.count ?? Infinity } };
}
