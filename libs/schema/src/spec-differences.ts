import type { RunSpec } from './run-spec.js';
import { isPlainObject } from './plain.js';

/** One setting in which specs differ: its value in each, undefined where one has none. */
export interface SpecDifference {
  /** As `--set` takes it: `optimizer.weightDecay`. */
  readonly path: string;
  readonly values: readonly unknown[];
}

/** The settings that are not the same in all of `specs`, in the order of the first that has them. */
export function specDifferences(specs: readonly RunSpec[]): readonly SpecDifference[] {
  const settings = specs.map((spec) => new Map(leaves(spec, '')));
  const paths = new Set(settings.flatMap((one) => [...one.keys()]));
  return [...paths].flatMap((path) => {
    const values = settings.map((one) => one.get(path));
    const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
    return isSame ? [] : [{ path, values }];
  });
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (!isPlainObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
