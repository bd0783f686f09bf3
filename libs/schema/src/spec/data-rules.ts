import type { DataSpec } from './data-spec.js';
import { amountKeys } from './data-spec.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import type { TaskPart } from '../parts/catalogue.js';
import type { Files } from '../parts/file-contents.js';
import type { TaskSpec } from '../parts/task-spec.js';

/* Rules between a task and its data. Each assumes that the individual fields are valid. */

/** The most examples that are drawn beforehand and kept, for a task that draws its examples. */
export const MAX_DRAWN = 100_000;

/**
 * How many of `nExamples` examples are trained on: `trainExamples`, or ⌊trainFraction · nExamples⌋; Infinity where
 * every step has new ones; NaN where a file says it.
 *
 * Source: progress-measures-paper, `transformers.py` (`int(0.3·12769)` = 3830).
 */
export function trainCount(nExamples: number, data: DataSpec): number {
  if (data.infinite) return Infinity;
  if (data.splitFile !== undefined) return NaN;
  return data.trainExamples ?? Math.floor(data.trainFraction * nExamples);
}

/**
 * At least one example must be trained on and one left to test on; examples that are drawn are counted, not shared out.
 * What depends on a file that has not been read shows where the examples are made.
 */
export function splitRules(part: TaskPart, task: TaskSpec, data: DataSpec, files?: Files): SpecError[] {
  const n = part.exampleCount(task, files);
  if (part.isSampled) return drawRules(n, task, data);
  if (data.infinite) {
    const message = `is not for ${task.kind}, which has ${n} examples and no more`;
    return [specError('data.infinite', true, 'trainFraction or trainExamples', message)];
  }
  const nTrain = trainCount(n, data);
  if (Number.isNaN(nTrain) || (nTrain >= 1 && nTrain < n)) return [];
  if (data.trainExamples !== undefined) {
    const allowed = `an integer from 1 to ${n - 1}`;
    const message = `must leave at least one of the task's ${n} examples to test on`;
    return [specError('data.trainExamples', data.trainExamples, allowed, message)];
  }
  const message = `must give at least one of the task's ${n} examples to train on`;
  const allowed = `a number from ${(1 / n).toPrecision(3)} to below 1`;
  return [specError('data.trainFraction', data.trainFraction, allowed, message)];
}

const DRAWN_ALLOWED = 'infinite: true or trainExamples: N';

function drawRules(n: number, task: TaskSpec, data: DataSpec): SpecError[] {
  if (data.trainFraction !== undefined) {
    const message = `is not for ${task.kind}, whose examples are drawn`;
    return [specError('data.trainFraction', data.trainFraction, DRAWN_ALLOWED, message)];
  }
  const { trainExamples, splitFile } = data;
  if (splitFile !== undefined) {
    const message = `is not for ${task.kind}, whose examples are drawn`;
    return [specError('data.splitFile', splitFile, DRAWN_ALLOWED, message)];
  }
  const most = Number.isNaN(n) ? MAX_DRAWN : Math.min(n - 1, MAX_DRAWN);
  if (trainExamples === undefined || trainExamples <= most) return [];
  const allowed = `an integer from 1 to ${most}`;
  const why =
    most === MAX_DRAWN ? 'is more than are kept' : `must leave at least one of the task's ${n} examples`;
  const message = `${why}${most === MAX_DRAWN ? '; data.infinite: true draws ever new ones' : ' to test on'}`;
  return [specError('data.trainExamples', trainExamples, allowed, message)];
}

/** A batch is at most the whole training set, and infinite data have no full batch. */
export function batchRules(
  part: TaskPart,
  task: TaskSpec,
  data: DataSpec,
  batchSize: 'full' | number,
  files?: Files,
): SpecError[] {
  const nTrain = trainCount(part.exampleCount(task, files), data);
  if (data.infinite) {
    const message = 'must be a number where data.infinite is true: there is no full batch';
    if (batchSize === 'full') return [specError('training.batchSize', batchSize, BATCH_ALLOWED, message)];
    if (batchSize <= MAX_DRAWN) return [];
    return [specError('training.batchSize', batchSize, `an integer from 1 to ${MAX_DRAWN}`)];
  }
  if (batchSize === 'full' || Number.isNaN(nTrain) || batchSize <= nTrain) return [];
  const message = `is larger than the training set of ${nTrain} examples`;
  return [specError('training.batchSize', batchSize, `full, or an integer from 1 to ${nTrain}`, message)];
}

const BATCH_ALLOWED = `an integer from 1 to ${MAX_DRAWN}`;

/** Keys of the data that determine the amount of training data, if there is more than one. */
export function amountErrors(given: (key: string) => unknown): SpecError[] {
  const [first, ...others] = amountKeys.filter((key) => given(key) !== undefined);
  const allowed = `one of ${amountKeys.join(', ')}`;
  return others.map((key) =>
    specError(`data.${key}`, given(key), allowed, `cannot stand beside data.${first!}`),
  );
}
