import type { OptimizerSpec } from '@grokscope/schema';
import { activeParts, builtInOptim, type OptimParts } from './parts.js';
import { isTrained } from './trained.js';

/** A tensor that the optimizer keeps between steps, with the shape and layout of its parameter; zeros before step 0. */
export interface OptimizerState<P> {
  readonly name: string;
  readonly parameter: P;
}

/**
 * Returns everything that an optimizer and the gradient steps keep between steps, besides the step number: a checkpoint
 * must hold it, so that a resumed run continues as if it had never been interrupted. Frozen parameters have no state.
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
