import type { Graph, Tensor } from '@grokscope/graph';
import type { ModelSpec } from '@grokscope/schema';
import { builtInActivations } from './activations.js';
import { modelOf } from './find-model.js';
import type { Batch, Forward, ModelParts, TaskDimensions } from './model.js';
import { builtInModels } from './models.js';
import { partNamed } from './part.js';

/**
 * Builds a model as graph ops on a batch; its parameters are leaves of the graph. Nothing is optimised here: rewrites
 * do that.
 *
 * @param task with the outputs of the model (`taskFor`)
 */
export function buildForward(
  graph: Graph,
  model: ModelSpec,
  task: TaskDimensions,
  batch: Batch,
  { models = builtInModels, activations: functions = builtInActivations }: ModelParts = {},
): Forward {
  const part = modelOf(model, models);
  const weights = new Map(
    part.tensors(model, task).map((info) => [info.name, graph.parameter(info.name, info.graphShape)]),
  );
  const activations: Record<string, Tensor> = {};
  const logits = part.forward(model, {
    graph,
    task,
    batch,
    weight: (name) => weights.get(name)!,
    note: (name, value) => (activations[name] = value),
    activation: (name) => partNamed(functions, name, 'activation function'),
  });
  return { logits, activations };
}
