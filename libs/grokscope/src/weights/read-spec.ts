import { resolveRunSpec } from '@grokscope/experiments';
import { namedMeasureFaults, type Measure } from '@grokscope/interpret';
import { datasetOf, builtIn, type FullCatalogue } from '@grokscope/parts';
import type { RunSpec, SpecInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import * as E from 'fp-ts/lib/Either.js';

/** A spec, every default filled in, and the examples it makes. */
export interface ReadSpec {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
}

/** Parts and measures beside those that are built in. */
export interface OwnParts {
  readonly catalogue?: FullCatalogue;
  readonly measures?: readonly Measure[];
}

/**
 * A spec that code, another process or another thread hands over: decoded and completed as one in YAML is, and its task
 * set up. Every door that takes a spec goes through here, for a type is no check: JavaScript, a cast or a stale file
 * brings what no type admits. By the built-in parts unless others are given.
 */
export function readSpec(
  input: SpecInput,
  { catalogue = builtIn, measures }: OwnParts = {},
): E.Either<InvalidSpec, ReadSpec> {
  const spec = resolveRunSpec(input, catalogue);
  if (E.isLeft(spec)) return E.left(new InvalidSpec(spec.left));
  const dataset = datasetOf(spec.right, catalogue);
  if (E.isLeft(dataset)) return E.left(new InvalidSpec([dataset.left]));
  const faults = namedMeasureFaults(spec.right, measures, dataset.right);
  if (faults.length > 0) return E.left(new InvalidSpec(faults));
  return E.right({ spec: spec.right, dataset: dataset.right });
}

/** As `readSpec`; throws the `InvalidSpec`. */
export function requireSpec(input: SpecInput, own: OwnParts = {}): ReadSpec {
  const read = readSpec(input, own);
  if (E.isLeft(read)) throw read.left;
  return read.right;
}
