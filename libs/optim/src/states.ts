import type { OptimizerSpec } from '@grokscope/schema';
import { activeParts, builtInOptim, type OptimParts } from './parts.js';
import { isTrained } from './trained.js';

/** A tensor the optimizer keeps between steps, of the shape and layout of its parameter; zeros before step 0. */
export interface OptimizerState<P> {
  readonly name: string;
  readonly parameter: P;
}

/**
 * Everything an optimizer and the gradient steps keep between steps, beside the number of the step: what a checkpoint
 * must hold, so that a resumed run goes on as one never interrupted. Of frozen parameters nothing is kept.
 */
export function optimizerStates<P extends { readonly name: string }>(
  spec: OptimizerSpec,
  parameters: readonly P[],
  parts: OptimParts = builtInOptim,
): readonly OptimizerState<P>[] {
  const active = activeParts(spec, parts);
  const trained = parameters.filter((parameter) => isTrained(spec, parameter));
  return trained.flatMap((parameter) =>
    active.flatMap(({ states }) =>
      (states?.(parameter.name, spec) ?? []).map((name) => ({ name, parameter })),
    ),
  );
}
