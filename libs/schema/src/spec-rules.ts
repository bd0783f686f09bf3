import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import type { ModelSpec, TrainingSpec } from './run-spec.js';

/* Rules between fields of the model and of the training. Each assumes that the fields themselves are valid; see also `task-rules.ts`. */

/** The heads together are as wide as the residual stream. */
export function modelRules(model: ModelSpec): SpecError[] {
  const { dModel, nHeads, dHead } = model;
  const wide = nHeads * dHead;
  if (wide === dModel) return [];
  const message = `must equal nHeads × dHead = ${nHeads} × ${dHead} = ${wide}`;
  const remedy = dModel % nHeads === 0 ? `, or dHead ${dModel / nHeads} with dModel ${dModel}` : '';
  return [specError('model.dModel', dModel, `dModel ${wide} with these heads${remedy}`, message)];
}

/** A stop condition that names nothing would be met at once, or never. */
export function stopRules({ stopWhen }: TrainingSpec): SpecError[] {
  if (stopWhen === undefined || Object.keys(stopWhen).length > 0) return [];
  const allowed = 'an object with at least one of testAccuracy, testLoss, trainLoss';
  return [specError('training.stopWhen', stopWhen, allowed)];
}
