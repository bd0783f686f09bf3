import { invariant } from '@grokscope/base';
import { ops, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import type { StepAt } from './part.js';
import { activeParts, builtInOptim, optimizerOf, type OptimParts } from './parts.js';
import { rateFactor } from './trained.js';

/** Name of the input that feeds a step's numbers to every update. */
export const HYPER_INPUT = 'optimizer.hyper';

/** The number of numbers that a step of this optimizer takes. */
export const hyperSize = (spec: OptimizerSpec, parts: OptimParts = builtInOptim): number =>
  numbersAt(spec, { step: 0, factor: 1 }, parts).flat().length;

/** The factors other than 1 on the learning rate of some tensors, each listed once. */
const otherFactors = (spec: OptimizerSpec): readonly number[] =>
  [...new Set(Object.keys(spec.lrScale ?? {}).map((name) => rateFactor(spec, name)))].filter((f) => f !== 1);

/**
 * The numbers of each part, the optimizer's first; after the parts', the optimizer's again for each other factor on the
 * learning rate.
 */
function numbersAt(spec: OptimizerSpec, at: StepAt, parts: OptimParts): readonly (readonly number[])[] {
  const optimizer = optimizerOf(spec, parts);
  const scaled = otherFactors(spec).map((f) => optimizer.numbers?.(spec, { ...at, factor: at.factor * f }));
  return [...activeParts(spec, parts).map((part) => part.numbers?.(spec, at)), ...scaled].map(
    (numbers) => numbers ?? [],
  );
}

/** The offsets of numbers in the input. */
export interface NumberOffsets {
  /** Those of the active gradient steps, in their order. */
  readonly steps: readonly number[];
  /** Those of the optimizer, by the factor on the learning rate; the numbers for factor 1 are first. */
  readonly optimizer: ReadonlyMap<number, number>;
}

/** Returns the offset at which each part's numbers begin in the input. */
export function numberOffsets(spec: OptimizerSpec, parts: OptimParts): NumberOffsets {
  let end = 0;
  const all = numbersAt(spec, { step: 0, factor: 1 }, parts).map(({ length }) => (end += length) - length);
  const factors = otherFactors(spec);
  const scaled = all.slice(all.length - factors.length);
  return {
    steps: all.slice(1, all.length - factors.length),
    optimizer: new Map([[1, all[0]], ...factors.map((factor, i) => [factor, scaled[i]] as const)]),
  };
}

/** Returns the numbers of the input from an offset on. */
export function numbersFrom(hyper: Tensor, place: number): Tensor {
  if (place === 0) return hyper;
  const column = ops.reshape(hyper, [hyper.shape[0], 1]);
  const rest = Int32Array.from({ length: hyper.shape[0] - place }, (_, i) => place + i);
  return ops.reshape(ops.gather(column, hyper.graph.constant(rest)), [rest.length]);
}

/** Returns the number at an offset of the input, as a scalar. */
export function numberAt(hyper: Tensor, place: number): Tensor {
  const column = ops.reshape(hyper, [hyper.shape[0], 1]);
  return ops.reshape(ops.gather(column, hyper.graph.constant(Int32Array.of(place))), []);
}

/**
 * Returns the factor on the learning rate of update `step` (0, 1, …): min(step / warmupSteps, 1), so that update 0 has
 * rate 0 under warm-up. With the cosine schedule, the factor after the warm-up is multiplied by ½(1 + cos πt), where t
 * runs from 0 to 1 at `totalSteps`. Source of the latter: Loshchilov & Hutter, SGDR (arXiv:1608.03983), §3, without
 * restarts.
 */
function scheduleAt({ warmupSteps, schedule }: OptimizerSpec, step: number, totalSteps?: number): number {
  if (step < warmupSteps) return step / warmupSteps;
  if (schedule !== 'cosine') return 1;
  invariant(totalSteps !== undefined, 'a cosine schedule needs the number of steps');
  const t = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return (1 + Math.cos(Math.PI * t)) / 2;
}

/** Returns the learning rate of update `step` (0, 1, …); for Muon, the rate of its matrices. */
export const learningRateAt = (spec: OptimizerSpec, step: number, totalSteps?: number): number =>
  spec.lr * scheduleAt(spec, step, totalSteps);

/**
 * Returns the numbers that update `step` (0, 1, …) needs, as the updates of `optimizerUpdates` take them: computed in
 * float64, rounded to float32 last.
 *
 * @param totalSteps `training.steps`, where a cosine schedule ends; may be left out with a constant one
 */
export const hyperAt = (
  spec: OptimizerSpec,
  step: number,
  totalSteps?: number,
  parts: OptimParts = builtInOptim,
): Float32Array =>
  Float32Array.from(numbersAt(spec, { step, factor: scheduleAt(spec, step, totalSteps) }, parts).flat());
