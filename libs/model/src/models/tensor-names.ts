import type { ModelSpec } from '@grokscope/schema';
import type { TaskDimensions } from '../model.js';
import type { ParameterInfo } from '../tensor.js';

/** Sizes of a task with `count` operands; names depend on no other size. */
const anyTask = (count: number): TaskDimensions => ({
  dVocab: 2,
  dVocabOut: 2,
  nCtx: 3,
  operands: { count, values: 1, answers: 1 },
});

/** The names of the tensors of an architecture whose names depend on a task only through its operands. */
export const namesOf =
  (tensors: (model: ModelSpec, task: TaskDimensions) => readonly ParameterInfo[]) =>
  (model: ModelSpec, operands = 2): readonly string[] =>
    tensors(model, anyTask(operands)).map(({ name }) => name);
