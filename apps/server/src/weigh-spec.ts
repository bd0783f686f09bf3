import { freemem } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import type { RunSpec } from '@grokscope/schema';
import { isSampled, specError } from '@grokscope/schema';
import type { Dataset, TaskError } from '@grokscope/tasks';
import { createDataset } from '@grokscope/tasks';
import { estimateTrainingBytes } from '@grokscope/training';
import type { ServerError } from './errors.js';

/** Drawing more tokens than this here would keep everybody waiting. */
const MAX_TOKENS_DRAWN = 1 << 20;

/** Memory that a new process may take here, in bytes: what is free, within what this one's container may have. */
export function freeBytes(): number {
  // Node.js from 20.13 on.
  const { availableMemory } = process as Partial<Pick<NodeJS.Process, 'availableMemory'>>;
  return Math.min(availableMemory?.call(process) ?? Infinity, freemem());
}

/**
 * Admits a spec whose run fits into `free` bytes of memory and whose examples can be made. Many drawn examples are not
 * drawn here: where there are too few of them the run says so itself.
 */
export function weighSpec(spec: RunSpec, free = freeBytes()): E.Either<ServerError, RunSpec> {
  const sizes = makeExamples(spec, true);
  if (E.isLeft(sizes)) return badSpec([sizes.left]);
  const needed = estimateTrainingBytes(spec, sizes.right);
  if (needed > free) {
    const allowed = `a smaller model, batch or task, or ${mebibytes(needed - free)} more free memory`;
    const message = `needs about ${mebibytes(needed)} of memory, and ${mebibytes(free)} are free`;
    const { nLayers, dModel, dMlp } = spec.model;
    const { batchSize } = spec.training;
    const error = specError('model', { nLayers, dModel, dMlp, batchSize }, allowed, message);
    return E.left({ _tag: 'BadInput', code: 'memoryTooSmall', errors: [error] });
  }
  const { trainExamples = 0 } = spec.data;
  if (!isSampled(spec.task) || trainExamples * sizes.right.nCtx > MAX_TOKENS_DRAWN) return E.right(spec);
  const whole = makeExamples(spec, false);
  return E.isLeft(whole) ? badSpec([whole.left]) : E.right(spec);
}

/** The examples of a spec; of a task that draws them one is enough to know their sizes. */
function makeExamples({ task, data }: RunSpec, isSample: boolean): E.Either<TaskError, Dataset> {
  if (!isSample || !isSampled(task) || data.trainExamples === undefined) return createDataset(task, data);
  return createDataset(task, { ...data, trainExamples: 1 });
}

function badSpec(errors: readonly TaskError[]): E.Either<ServerError, never> {
  return E.left({ _tag: 'BadInput', code: 'invalidSpec', errors });
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
