import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import type { TrainingSpec } from './run-spec.js';

/* Rules between fields of the training; those of the task and its data are in `task-rules.ts`. */

/** An empty stop condition would be met at once, or never. */
export function stopRules({ stopWhen }: TrainingSpec): SpecError[] {
  if (stopWhen === undefined || Object.keys(stopWhen).length > 0) return [];
  const allowed = 'an object with at least one of testAccuracy, testLoss, trainLoss';
  return [specError('training.stopWhen', stopWhen, allowed)];
}
