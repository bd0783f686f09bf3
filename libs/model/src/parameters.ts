import { createRandom, sizeOf } from '@grokscope/base';
import type { ModelSpec } from '@grokscope/schema';
import { modelOf } from './find-model.js';
import type { Model, TaskDimensions } from './model.js';
import type { NamedTensor, ParameterInfo } from './tensor.js';

/** Returns every parameter of a model, in the order of files. */
export const parameters = (
  model: ModelSpec,
  task: TaskDimensions,
  models?: readonly Model[],
): readonly ParameterInfo[] => modelOf(model, models).tensors(model, task);

/** Returns the number of trained values. */
export const parameterCount = (model: ModelSpec, task: TaskDimensions, models?: readonly Model[]): number =>
  parameters(model, task, models).reduce((n, { shape }) => n + sizeOf(shape), 0);

/**
 * Draws the initial weights for `model.seed`. Each tensor has its own random stream, named after it, so that changing
 * one tensor's shape does not change the others' values.
 */
export function initialWeights(
  model: ModelSpec,
  task: TaskDimensions,
  models?: readonly Model[],
): readonly NamedTensor[] {
  const random = createRandom(model.seed).split('initial weights');
  return parameters(model, task, models).map(({ name, shape, initialSpread, initialMean }) => {
    const stream = random.split(name);
    const draw = initialSpread === 0 ? () => initialMean : () => initialSpread * stream.nextNormal();
    return { name, shape, data: Float32Array.from({ length: sizeOf(shape) }, draw) };
  });
}
