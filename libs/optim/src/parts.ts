import { invariant } from '@grokscope/base';
import type { OptimizerSpec } from '@grokscope/schema';
import { builtInGradientSteps } from './gradient-steps.js';
import { builtInOptimizers } from './optimizers.js';
import type { GradientStep, Optimizer } from './part.js';

/** The parts that the section `optimizer` of a spec may name. */
export interface OptimParts {
  readonly optimizers: readonly Optimizer[];
  /** In the order in which they run. */
  readonly gradientSteps: readonly GradientStep[];
}

/** The built-in parts. */
export const builtInOptim: OptimParts = {
  optimizers: builtInOptimizers,
  gradientSteps: builtInGradientSteps,
};

/** Returns the optimizer that a spec names; a kind that is not among the parts is a defect of the caller. */
export function optimizerOf({ kind }: OptimizerSpec, { optimizers }: OptimParts): Optimizer {
  const found = optimizers.find((optimizer) => optimizer.kind === kind);
  invariant(found, `no optimizer ${kind}; there are ${optimizers.map((o) => o.kind).join(', ')}`);
  return found;
}

/** Returns the gradient steps that a spec turns on. */
export const stepsOf = (spec: OptimizerSpec, { gradientSteps }: OptimParts): readonly GradientStep[] =>
  gradientSteps.filter(({ isOn }) => isOn(spec));

/** Returns the optimizer of a spec, followed by its gradient steps. */
export const activeParts = (
  spec: OptimizerSpec,
  parts: OptimParts,
): readonly [Optimizer, ...GradientStep[]] => [optimizerOf(spec, parts), ...stepsOf(spec, parts)];
