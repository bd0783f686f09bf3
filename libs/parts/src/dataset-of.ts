import { taskFor, type Model } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';
import { kindsOf, modelKind, partOf } from '@grokscope/schema';
import { createDataset, taskShape } from '@grokscope/tasks';
import type { Dataset, TaskError, TaskShape } from '@grokscope/tasks';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { builtIn, type FullCatalogue } from './catalogue.js';

/** The sections of a spec that determine its examples. */
export type ExamplesSpec = Pick<RunSpec, 'task' | 'data' | 'model'>;

type Parts = Pick<FullCatalogue, 'tasks' | 'models' | 'files'>;

/**
 * The examples of a run, with the outputs of its model: `dVocabOut` is the number of the model's logits. Left is a
 * refusal by `createDataset`, or a task that the model cannot be trained on.
 */
export const datasetOf = (spec: ExamplesSpec, parts: Parts = builtIn): E.Either<TaskError, Dataset> =>
  pipe(createDataset(spec.task, spec.data, parts.tasks, parts.files), E.chain(answeredBy(spec, parts)));

/** The task of a run with the outputs of its model, known without making its examples. */
export const shapeOf = (spec: ExamplesSpec, parts: Parts = builtIn): E.Either<TaskError, TaskShape> =>
  pipe(taskShape(spec.task, spec.data, parts.tasks, parts.files), E.chain(answeredBy(spec, parts)));

const answeredBy =
  ({ model, task }: ExamplesSpec, { models }: Parts) =>
  <T extends TaskShape>(shape: T): E.Either<TaskError, T> => {
    const part = partOf(models, modelKind(model));
    if (part === undefined) return E.left(unknownModel(model, models));
    const unfit = part.whyNot?.(model, shape);
    if (unfit === undefined) return E.right(taskFor(model, shape, models));
    const { key, needs, allowed } = unfit;
    return E.left({
      _tag: 'UnfitTask',
      path: `model.${key}`,
      value: key === 'kind' ? modelKind(model) : (model as Readonly<Record<string, unknown>>)[key],
      message: `${needs}; those of the task ${task.kind} are not so`,
      allowed: `${allowed}, or another task`,
    });
  };

/** The error for a spec whose model's code is not present. */
function unknownModel(model: ExamplesSpec['model'], models: readonly Model[]): TaskError {
  const allowed = `one of ${kindsOf(models).join(', ')}`;
  const message = `must be ${allowed}`;
  return { _tag: 'UnfitTask', path: 'model.kind', value: modelKind(model), message, allowed };
}
