import { invariant } from '@grokscope/base';
import { ops, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import { activeParts, builtInOptim, type OptimParts } from './parts.js';

/** Name of the input that carries a step's numbers to every update. */
export const HYPER_INPUT = 'optimizer.hyper';

/** How many numbers a step of this optimizer takes. */
export const hyperSize = (spec: OptimizerSpec, parts: OptimParts = builtInOptim): number =>
  numbersAt(spec, { step: 0, factor: 1 }, parts).flat().length;

/** The numbers of each part, the optimizer's first. */
const numbersAt = (
  spec: OptimizerSpec,
  at: { readonly step: number; readonly factor: number },
  parts: OptimParts,
): readonly (readonly number[])[] => activeParts(spec, parts).map((part) => part.numbers?.(spec, at) ?? []);

/** Where each part's numbers begin in the input. */
export function numberOffsets(spec: OptimizerSpec, parts: OptimParts): readonly number[] {
  let end = 0;
  return numbersAt(spec, { step: 0, factor: 1 }, parts).map(({ length }) => (end += length) - length);
}

/** The number at a place of the input, as a scalar. */
export function numberAt(hyper: Tensor, place: number): Tensor {
  const column = ops.reshape(hyper, [hyper.shape[0], 1]);
  return ops.reshape(ops.gather(column, hyper.graph.constant(Int32Array.of(place))), []);
}

/**
 * The factor on the learning rate of update `step` (0, 1, …): min(step / warmupSteps, 1), so update 0 has rate 0 under
 * warm-up; with the cosine schedule after the warm-up times ½(1 + cos πt), t running from 0 to 1 at `totalSteps`.
 * Source of the latter: Loshchilov & Hutter, SGDR (arXiv:1608.03983), §3, without restarts.
 */
function scheduleAt({ warmupSteps, schedule }: OptimizerSpec, step: number, totalSteps?: number): number {
  if (step < warmupSteps) return step / warmupSteps;
  if (schedule !== 'cosine') return 1;
  invariant(totalSteps !== undefined, 'a cosine schedule needs the number of steps');
  const t = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return (1 + Math.cos(Math.PI * t)) / 2;
}

/** Learning rate of update `step` (0, 1, …): of Muon that of its matrices. */
export const learningRateAt = (spec: OptimizerSpec, step: number, totalSteps?: number): number =>
  spec.lr * scheduleAt(spec, step, totalSteps);

/**
 * The numbers that update `step` (0, 1, …) needs, as the updates of `optimizerUpdates` take them: computed in float64,
 * rounded to float32 last.
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
