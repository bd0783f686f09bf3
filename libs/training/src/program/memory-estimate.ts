import { modelOf, parameterCount, type ExampleSizes } from '@grokscope/model';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import type { RunSpec } from '@grokscope/schema';
import { trainCount } from '@grokscope/schema';
import { exampleCount, HELD_OUT, isSampled, TRAIN_SAMPLE } from '@grokscope/tasks';
import { examplesAtOnce } from './evaluation.js';

const BYTES_PER_VALUE = 4;
/** Weights, gradients, two optimizer averages; and all except the gradients again for two checkpoints in progress. */
const COPIES_OF_PARAMETERS = 4 + 2 * 3;
/** Values of the backward pass in addition to those of the forward pass, all of which it needs. */
const BACKWARD = 1.3;
/** A byte of a file as it is read, as text, and as a token. */
const BYTES_OF_FILES = 8;
/** Node.js, the engine's code, the stacks of its threads. */
const PROCESS_BYTES = 150 << 20;

/**
 * An estimate of the memory that a run will take, in bytes, from its spec and the sizes of its examples before anything
 * is built. Apart from the process itself, it is one to five times what the WebAssembly engine then allocates, for
 * specs of many shapes (tested in `grokscope`, which alone may choose an engine).
 */
export function estimateTrainingBytes(
  spec: RunSpec,
  sizes: ExampleSizes,
  { tasks, models, files }: Pick<FullCatalogue, 'tasks' | 'models' | 'files'> = builtIn,
): number {
  const { model, data, training, task } = spec;
  const nAll = exampleCount(task, tasks, files);
  // A split file names fewer than all.
  const nTrain = data.splitFile === undefined ? trainCount(nAll, data) : nAll;
  const nKept = isSampled(task, tasks) ? HELD_OUT + (data.infinite ? TRAIN_SAMPLE : nTrain) : nAll;
  const batch = training.batchSize === 'full' ? nTrain : training.batchSize;
  const perExample = modelOf(model, models).values(model, sizes).trained;
  const evaluated = Math.min(nKept, examplesAtOnce(model, sizes, nKept, undefined, models));
  const onTheWay = perExample * Math.max(batch * BACKWARD, evaluated);
  const examples = nKept * (sizes.nCtx + 2 * sizes.nScored);
  const parameters = COPIES_OF_PARAMETERS * parameterCount(model, sizes, models);
  const read = [...(files?.values() ?? [])].reduce((sum, contents) => sum + contents.length, 0);
  return PROCESS_BYTES + BYTES_OF_FILES * read + BYTES_PER_VALUE * (parameters + examples + onTheWay);
}
