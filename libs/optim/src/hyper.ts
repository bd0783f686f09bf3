import { invariant } from '@grokscope/base';
import type { OptimizerSpec } from '@grokscope/schema';

/** Name of the input that carries a step's numbers to every update. */
export const HYPER_INPUT = 'optimizer.hyper';

/** Places in the input: the first eight are what the graph's AdamW op takes (see `OpAttributes.adamW`). */
export const HYPER = { lr: 8, weightDecay: 9, filterKept: 10, filterNew: 11 } as const;

const ADAM_W_SIZE = 8;
const FULL_SIZE = 12;

/** How many numbers a step of this optimizer takes: AdamW as it stands only those of its op. */
export const hyperSize = ({ kind, gradientFilter }: OptimizerSpec): number =>
  kind === 'adamW' && !gradientFilter ? ADAM_W_SIZE : FULL_SIZE;

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
 * The numbers that update `step` (0, 1, …) needs, as the updates of `optimizerUpdates` take them.
 * Computed in float64, rounded to float32 last: 1 − β as a float32 difference would lose digits.
 *
 * @param totalSteps `training.steps`, where a cosine schedule ends; may be left out with a constant one
 */
export function hyperAt(spec: OptimizerSpec, step: number, totalSteps?: number): Float32Array {
  const factor = scheduleAt(spec, step, totalSteps);
  const { lr, weightDecay, betas, eps } = adamPart(spec);
  const [beta1, beta2] = betas;
  const t = step + 1;
  const adam = [
    lr * factor * weightDecay,
    (lr * factor) / (1 - beta1 ** t),
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    1 / Math.sqrt(1 - beta2 ** t),
    eps,
  ];
  if (hyperSize(spec) === ADAM_W_SIZE) return Float32Array.from(adam);
  // The filter's average begins with the first gradient itself.
  const kept = step === 0 ? 0 : (spec.gradientFilter?.alpha ?? 0);
  return Float32Array.of(...adam, spec.lr * factor, spec.weightDecay, kept, 1 - kept);
}

/** The settings of what the AdamW op updates: with L2 the decay is in the gradient, with Muon they are the rest's own. */
function adamPart(spec: OptimizerSpec): Pick<OptimizerSpec, 'lr' | 'weightDecay' | 'betas' | 'eps'> {
  if (spec.kind === 'adam') return { ...spec, weightDecay: 0 };
  return spec.kind === 'muon' ? (spec.adamW ?? spec) : spec;
}
