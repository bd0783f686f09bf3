import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import type { DataSpec, ModelSpec, TaskSpec, TrainingSpec } from './run-spec.js';

/* Rules between fields, which no JSON Schema can say. Each assumes that the fields themselves are valid. */

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

/** Division needs an inverse of every non-zero number, so a prime modulus. */
export function taskRules(task: TaskSpec): SpecError[] {
  if (task.kind !== 'modularDivision' || isPrime(task.p)) return [];
  return [specError('task.p', task.p, 'a prime number', 'must be a prime number for modularDivision')];
}

/** How many examples a task has: every pair (a, b) of numbers below p, without b = 0 for division. */
export function exampleCount(task: TaskSpec): number {
  return task.kind === 'modularDivision' ? task.p * (task.p - 1) : task.p * task.p;
}

/**
 * How many of `nExamples` examples are trained on: `trainExamples`, or ⌊trainFraction · nExamples⌋.
 *
 * Source: progress-measures-paper, `transformers.py` (`int(0.3·12769)` = 3830).
 */
export function trainCount(nExamples: number, data: DataSpec): number {
  return data.trainExamples ?? Math.floor(data.trainFraction * nExamples);
}

/** At least one example must be trained on and one left to test on. */
export function splitRules(task: TaskSpec, data: DataSpec): SpecError[] {
  const n = exampleCount(task);
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
