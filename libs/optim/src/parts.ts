import { invariant } from '@grokscope/base';
import type { OptimizerSpec } from '@grokscope/schema';
import { builtInGradientSteps } from './gradient-steps.js';
import { builtInOptimizers } from './optimizers.js';
import type { GradientStep, Optimizer } from './part.js';

/** What may stand in the section `optimizer` of a spec. */
export interface OptimParts {
  readonly optimizers: readonly Optimizer[];
  /** In the order in which they are done. */
  readonly gradientSteps: readonly GradientStep[];
}

/** The parts that are built in. */
export const builtInOptim: OptimParts = {
  optimizers: builtInOptimizers,
  gradientSteps: builtInGradientSteps,
};

/** The optimizer that a spec names; a kind that is not among the parts is a defect of the caller. */
export function optimizerOf({ kind }: OptimizerSpec, { optimizers }: OptimParts): Optimizer {
  const found = optimizers.find((optimizer) => optimizer.kind === kind);
  invariant(found, `no optimizer ${kind}; there are ${optimizers.map((o) => o.kind).join(', ')}`);
  return found;
}

/** The gradient steps that a spec turns on. */
export const stepsOf = (spec: OptimizerSpec, { gradientSteps }: OptimParts): readonly GradientStep[] =>
  gradientSteps.filter(({ isOn }) => isOn(spec));

/** The optimizer of a spec, then its gradient steps. */
export const activeParts = (
  spec: OptimizerSpec,
  parts: OptimParts,
): readonly [Optimizer, ...GradientStep[]] => [optimizerOf(spec, parts), ...stepsOf(spec, parts)];
