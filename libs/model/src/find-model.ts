import type { ModelSpec } from '@grokscope/schema';
import { modelKind } from '@grokscope/schema';
import type { Model, TaskDimensions } from './model.js';
import { builtInModels } from './models.js';
import { partNamed } from './part.js';

/** Returns the architecture that a spec names. */
export const modelOf = (model: ModelSpec, models: readonly Model[] = builtInModels): Model =>
  partNamed(models, String(modelKind(model)), 'model');

/** Returns a task with the number of outputs that the model has. */
export function taskFor<T extends TaskDimensions>(
  model: ModelSpec,
  task: T,
  models: readonly Model[] = builtInModels,
): T {
  const dVocabOut = modelOf(model, models).outputs?.(model, task) ?? task.dVocabOut;
  return dVocabOut === task.dVocabOut ? task : { ...task, dVocabOut };
}
