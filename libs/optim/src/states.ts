import type { OptimizerSpec } from '@grokscope/schema';
import { isMatrix } from './muon.js';

/** Names of a parameter's first and second moment under AdamW and Adam. */
export const momentNames = (parameter: string): readonly [string, string] => [
  `${parameter}.m`,
  `${parameter}.v`,
];

/** Name of a parameter's momentum under SGD and Muon. */
export const momentumState = (parameter: string): string => `${parameter}.momentum`;

/** Name of the average of a parameter's gradients that the filter keeps. */
export const filterState = (parameter: string): string => `${parameter}.ema`;

/** A tensor the optimizer keeps between steps, of the shape and layout of its parameter; zeros before step 0. */
export interface OptimizerState<P> {
  readonly name: string;
  readonly parameter: P;
}

/**
 * Everything an optimizer keeps between steps, beside the number of the step: what a checkpoint must hold, so that a
 * resumed run goes on as one never interrupted.
 */
export function optimizerStates<P extends { readonly name: string }>(
  spec: OptimizerSpec,
  parameters: readonly P[],
): readonly OptimizerState<P>[] {
  return parameters.flatMap((parameter) =>
    [...ruleStates(spec, parameter.name), ...(spec.gradientFilter ? [filterState(parameter.name)] : [])].map(
      (name) => ({ name, parameter }),
    ),
  );
}

function ruleStates(spec: OptimizerSpec, parameter: string): readonly string[] {
  switch (spec.kind) {
    case 'adamW':
    case 'adam':
      return momentNames(parameter);
    case 'sgd':
      return hasMomentum(spec) ? [momentumState(parameter)] : [];
    case 'muon':
      return isMatrix(parameter) ? [momentumState(parameter)] : momentNames(parameter);
    default:
      return spec.kind satisfies never;
  }
}

/** Without momentum SGD keeps nothing. */
export const hasMomentum = ({ momentum = 0 }: OptimizerSpec): boolean => momentum > 0;
