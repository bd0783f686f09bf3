import type { ModelSpec } from '@grokscope/schema';
import type { TaskDimensions } from '../model.js';
import type { ParameterInfo } from '../tensor.js';

/** Sizes by which no name depends on a task. */
const ANY_TASK: TaskDimensions = {
  dVocab: 2,
  dVocabOut: 2,
  nCtx: 3,
  operands: { count: 2, values: 1, answers: 1 },
};

/** The names of the tensors of an architecture whose names are the same on every task. */
export const namesOf =
  (tensors: (model: ModelSpec, task: TaskDimensions) => readonly ParameterInfo[]) =>
  (model: ModelSpec): readonly string[] =>
    tensors(model, ANY_TASK).map(({ name }) => name);
