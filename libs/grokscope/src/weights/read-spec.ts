import { namedMeasureFaults, type Measure } from '@grokscope/interpret';
import { datasetOf, builtIn, type FullCatalogue } from '@grokscope/parts';
import type { RunSpec, SpecInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { orFault } from '../parts/faults.js';
import * as E from 'fp-ts/lib/Either.js';
import { resolveWithFiles } from '../files/resolve-with-files.js';

/** A spec with every default filled in, and the examples it generates. */
export interface ReadSpec {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  /** The parts that decoded it, with the files that it names. */
  readonly catalogue: FullCatalogue;
}

/** Parts and measures beside those that are built in. */
export interface SpecParts {
  readonly catalogue?: FullCatalogue;
  readonly measures?: readonly Measure[];
}

/**
 * Decodes and completes a spec that code, another process or another thread passes in, as if it were YAML, and sets up
 * its task. Everything that takes a spec calls it, because a type is no check: JavaScript, a cast or a stale file can
 * pass what no type admits. The parts are the built-in ones unless others are given. Files that the spec names are
 * read, unless the catalogue has them; their paths are relative to the working directory, and absolute in the result.
 */
export function readSpec(
  input: SpecInput,
  { catalogue = builtIn, measures }: SpecParts = {},
): E.Either<InvalidSpec, ReadSpec> {
  const read = (): E.Either<InvalidSpec, ReadSpec> => {
    const resolved = resolveWithFiles(input, catalogue);
    if (E.isLeft(resolved)) return E.left(new InvalidSpec(resolved.left));
    const { spec, catalogue: parts } = resolved.right;
    const dataset = datasetOf(spec, parts);
    if (E.isLeft(dataset)) return E.left(new InvalidSpec([dataset.left]));
    const faults = namedMeasureFaults(spec, measures, dataset.right);
    if (faults.length > 0) return E.left(new InvalidSpec(faults));
    return E.right({ spec, dataset: dataset.right, catalogue: parts });
  };
  return orFault(read, (error) => new InvalidSpec([error]));
}

/** As `readSpec`; throws the `InvalidSpec`. */
export function requireSpec(input: SpecInput, own: SpecParts = {}): ReadSpec {
  const read = readSpec(input, own);
  if (E.isLeft(read)) throw read.left;
  return read.right;
}
