import type { DataSpec, TaskSpec } from '@grokscope/schema';
import { kindsOf, toldOf } from '@grokscope/schema';
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
 * read, a split without a training or test example, or a task without as many different examples as are wanted; and a
 * task that is none of `tasks`.
 */
export function createDataset(
  spec: TaskSpec,
  data: DataSpec,
  tasks: readonly Task[] = builtInTasks,
): E.Either<TaskError, Dataset> {
  const task = taskOf(spec, tasks);
  if (task === undefined) return E.left(unknownTask(spec, tasks));
  if (task.isSampled) return sampledDataset(task.sampler(spec), task.exampleCount(spec), data);
  return pipe(
    task.table(spec),
    E.chainW((examples) =>
      pipe(
        splitExamples(examples.nExamples, data),
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
): E.Either<TaskError, TaskShape> {
  const task = taskOf(spec, tasks);
  if (task === undefined) return E.left(unknownTask(spec, tasks));
  if (task.isSampled) return E.right(task.sampler(spec));
  return pipe(
    task.shape(spec),
    E.chainFirstW(() => splitCount(task.exampleCount(spec), data)),
  );
}

function unknownTask({ kind }: TaskSpec, tasks: readonly Task[]): UnknownTask {
  const allowed = `one of ${kindsOf(tasks).join(', ')}`;
  return { _tag: 'UnknownTask', path: 'task.kind', value: kind, message: `must be ${allowed}`, allowed };
}

/**
 * The number of different examples of a task: all pairs or words of a full table, or, for tasks that draw theirs, the
 * number that can be drawn, as a float64 (it may be Infinity). For a task that is not among `tasks`, the number in its
 * run's description (`withTold`), or NaN.
 */
export function exampleCount(spec: TaskSpec, tasks: readonly Task[] = builtInTasks): number {
  const task = taskOf(spec, tasks);
  if (task) return task.exampleCount(spec);
  const told = toldOf(spec);
  return told ? (told.exampleCount ?? Infinity) : NaN;
}

/** Whether a task's examples are drawn; the others are full tables. */
export const isSampled = (spec: TaskSpec, tasks: readonly Task[] = builtInTasks): boolean =>
  taskOf(spec, tasks)?.isSampled ?? toldOf(spec)?.isSampled ?? false;

/**
 * The words for a task. For a task that is not among `tasks`, those in its run's description; without them only its
 * kind.
 */
export function taskWords(spec: TaskSpec, tasks: readonly Task[] = builtInTasks): TaskWords {
  const task = taskOf(spec, tasks);
  if (task) return task.words(spec);
  const told = toldOf(spec);
  if (!told)
    return { title: spec.kind, examples: 'examples', answers: { count: Infinity, words: 'its answers' } };
  return { ...told, answers: { ...told.answers, count: told.answers.count ?? Infinity } };
}
