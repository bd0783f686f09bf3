import { parameterCount } from '@grokscope/model';
import type { TaskDimensions } from '@grokscope/model';
import type { ModelSpec, RunSpec } from '@grokscope/schema';
import { trainCount } from '@grokscope/schema';
import { builtInTasks, exampleCount, HELD_OUT, isSampled, TRAIN_SAMPLE, type Task } from '@grokscope/tasks';
import { examplesAtOnce } from './evaluation.js';

const BYTES_PER_VALUE = 4;
/** Weights, gradients, two averages of an optimizer; and all but the gradients again for two checkpoints under way. */
const COPIES_OF_PARAMETERS = 4 + 2 * 3;
/** Values of the backward pass beside those of the forward pass, which it needs all. */
const BACKWARD = 1.3;
/** Node.js, the engine's code, the stacks of its threads. */
const PROCESS_BYTES = 150 << 20;

/** Sizes of a task's examples. */
export interface ExampleSizes extends TaskDimensions {
  readonly nScored: number;
}

/**
 * About how many bytes of memory a run will take, known from its spec and the sizes of its examples before anything is
 * built. Less what the process itself takes it is one to five times what the WebAssembly engine then allocates, for specs
 * of many shapes (held to that in `grokscope`, which alone may choose an engine).
 */
export function estimateTrainingBytes(
  spec: RunSpec,
  sizes: ExampleSizes,
  tasks: readonly Task[] = builtInTasks,
): number {
  const { model, data, training, task } = spec;
  const nAll = exampleCount(task, tasks);
  const nTrain = trainCount(nAll, data);
  const nKept = isSampled(task, tasks) ? HELD_OUT + (data.infinite ? TRAIN_SAMPLE : nTrain) : nAll;
  const batch = training.batchSize === 'full' ? nTrain : training.batchSize;
  const perExample = valuesOnTheWay(model, sizes);
  const evaluated = Math.min(nKept, examplesAtOnce(model, sizes, nKept));
  const onTheWay = perExample * Math.max(batch * BACKWARD, evaluated);
  const examples = nKept * (sizes.nCtx + 2 * sizes.nScored);
  const parameters = COPIES_OF_PARAMETERS * parameterCount(model, sizes);
  return PROCESS_BYTES + BYTES_PER_VALUE * (parameters + examples + onTheWay);
}

/** Values of one example in a forward pass; of the last layer those of scored positions alone are computed. */
function valuesOnTheWay(model: ModelSpec, { nCtx, nScored, dVocabOut }: ExampleSizes): number {
  const { nLayers, dModel, nHeads, dMlp } = model;
  const row = 6 * dModel + 2 * nHeads * nCtx + 2 * dMlp;
  const scoredRow = 3 * dModel + 2 * nHeads * nCtx + 2 * dMlp + 2 * dVocabOut;
  return (nLayers - 1) * nCtx * row + nScored * scoredRow;
}
