import type { DataSpec } from './data-spec.js';
import { amountKeys } from './data-spec.js';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import type { TaskSpec, TaskSpecOf } from './task-spec.js';
import { isSampled } from './task-spec.js';

/* Rules between the fields of a task and its data. Each assumes that the fields themselves are valid. */

/** The most examples of a task that draws them which are drawn beforehand and kept. */
export const MAX_DRAWN = 100_000;

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

/** The parameters of a task that must fit each other. */
export function taskRules(task: TaskSpec): SpecError[] {
  switch (task.kind) {
    case 'modularDivision':
      // Every non-zero number needs an inverse.
      if (isPrime(task.p)) return [];
      return [specError('task.p', task.p, 'a prime number', 'must be a prime number for modularDivision')];
    case 'repeatedSubsequence':
      return repeatRules(task);
    case 'skipTrigram': {
      const allowed = `an integer of at least ${2 * task.markers + 1}`;
      const message = `must hold ${task.markers} markers, as many successors and the trigger`;
      return task.vocabulary > 2 * task.markers
        ? []
        : [specError('task.vocabulary', task.vocabulary, allowed, message)];
    }
    default:
      return [];
  }
}

function repeatRules({ length, subsequence, repeats }: TaskSpecOf<'repeatedSubsequence'>): SpecError[] {
  const needed = 1 + repeats * subsequence;
  if (length >= needed) return [];
  const message = `is too short: 1 first token and ${repeats} × ${subsequence} repeated ones need ${needed}`;
  return [specError('task.length', length, `an integer of at least ${needed}`, message)];
}

/**
 * How many different examples a task has: all pairs or words of a full table; of tasks that draw theirs, what can be
 * drawn, as a float64 (it may be Infinity).
 */
export function exampleCount(task: TaskSpec): number {
  switch (task.kind) {
    case 'modularAddition':
    case 'modularSubtraction':
    case 'modularMultiplication':
    case 'modularPolynomial':
      return task.p * task.p;
    case 'modularDivision':
      return task.p * (task.p - 1);
    case 'characterAddition':
      return task.vocabulary * task.vocabulary;
    case 'rot13':
      return 26 ** task.letters;
    case 'permutationComposition': {
      const order = [1, 2, 6, 24, 120][task.n - 1]!;
      return order * order;
    }
    case 'digitAddition':
      return 100 ** task.digits;
    case 'repeatedSubsequence': {
      const { length, subsequence, repeats, vocabulary } = task;
      const places = Math.floor((length - 1) / repeats) - subsequence + 1;
      const drawn = length - 1 - (repeats - 1) * subsequence;
      return places ** repeats * (vocabulary - 1) ** drawn;
    }
    case 'skipTrigram': {
      const { length, markers, vocabulary } = task;
      return markers * (length - 1) * (vocabulary - markers - 1) ** (length - 2);
    }
    default:
      return task satisfies never;
  }
}

/**
 * How many of `nExamples` examples are trained on: `trainExamples`, or ⌊trainFraction · nExamples⌋; Infinity where
 * every step has new ones.
 *
 * Source: progress-measures-paper, `transformers.py` (`int(0.3·12769)` = 3830).
 */
export function trainCount(nExamples: number, data: DataSpec): number {
  if (data.infinite) return Infinity;
  return data.trainExamples ?? Math.floor(data.trainFraction * nExamples);
}

/** At least one example must be trained on and one left to test on; examples that are drawn are counted, not shared out. */
export function splitRules(task: TaskSpec, data: DataSpec): SpecError[] {
  const n = exampleCount(task);
  if (isSampled(task)) return drawRules(n, task, data);
  if (data.infinite) {
    const message = `is not for ${task.kind}, which has ${n} examples and no more`;
    return [specError('data.infinite', true, 'trainFraction or trainExamples', message)];
  }
  const nTrain = trainCount(n, data);
  if (nTrain >= 1 && nTrain < n) return [];
  if (data.trainExamples !== undefined) {
    const allowed = `an integer from 1 to ${n - 1}`;
    const message = `must leave at least one of the task's ${n} examples to test on`;
    return [specError('data.trainExamples', data.trainExamples, allowed, message)];
  }
  const message = `must give at least one of the task's ${n} examples to train on`;
  const allowed = `a number from ${(1 / n).toPrecision(3)} to below 1`;
  return [specError('data.trainFraction', data.trainFraction, allowed, message)];
}

function drawRules(n: number, task: TaskSpec, data: DataSpec): SpecError[] {
  if (data.trainFraction !== undefined) {
    const message = `is not for ${task.kind}, whose examples are drawn`;
    const allowed = 'infinite: true or trainExamples: N';
    return [specError('data.trainFraction', data.trainFraction, allowed, message)];
  }
  const { trainExamples } = data;
  const most = Math.min(n - 1, MAX_DRAWN);
  if (trainExamples === undefined || trainExamples <= most) return [];
  const allowed = `an integer from 1 to ${most}`;
  const why =
    most === MAX_DRAWN ? 'is more than are kept' : `must leave at least one of the task's ${n} examples`;
  const message = `${why}${most === MAX_DRAWN ? '; data.infinite: true draws ever new ones' : ' to test on'}`;
  return [specError('data.trainExamples', trainExamples, allowed, message)];
}

/** A batch is at most all that is trained on, and of ever new examples there is no "all". */
export function batchRules(task: TaskSpec, data: DataSpec, batchSize: 'full' | number): SpecError[] {
  const nTrain = trainCount(exampleCount(task), data);
  if (data.infinite) {
    const message = 'must be a number where data.infinite is true: there is no full batch';
    if (batchSize === 'full') return [specError('training.batchSize', batchSize, BATCH_ALLOWED, message)];
    if (batchSize <= MAX_DRAWN) return [];
    return [specError('training.batchSize', batchSize, `an integer from 1 to ${MAX_DRAWN}`)];
  }
  if (batchSize === 'full' || batchSize <= nTrain) return [];
  const message = `is larger than the training set of ${nTrain} examples`;
  return [specError('training.batchSize', batchSize, `full, or an integer from 1 to ${nTrain}`, message)];
}

const BATCH_ALLOWED = `an integer from 1 to ${MAX_DRAWN}`;

/** Keys of the data that say how much is trained on, where there is more than one. */
export function amountErrors(given: (key: string) => unknown): SpecError[] {
  const [first, ...others] = amountKeys.filter((key) => given(key) !== undefined);
  const allowed = `one of ${amountKeys.join(', ')}`;
  return others.map((key) =>
    specError(`data.${key}`, given(key), allowed, `cannot stand beside data.${first!}`),
  );
}
