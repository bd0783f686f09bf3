import { resolveRunSpec } from '@grokscope/experiments';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import { filesOf } from '@grokscope/schema';
import type { FormattableError, RunSpec, SpecInput } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { inFolder, withFilesOf } from './own-files.js';

/** A spec with every default filled in, the parts that decoded it, and the files that it names. */
export interface SpecWithFiles {
  readonly spec: RunSpec;
  readonly catalogue: FullCatalogue;
}

/**
 * Decodes a spec, reads the files that it names, and decodes it again with their contents, on which some of its rules
 * depend. Left: every fault of either pass.
 */
export function resolveWithFiles(
  input: SpecInput,
  catalogue: FullCatalogue = builtIn,
): E.Either<readonly FormattableError[], SpecWithFiles> {
  const resolved = resolveRunSpec(input, catalogue);
  if (E.isLeft(resolved)) return resolved;
  if (filesOf(resolved.right, catalogue).length === 0) return E.right({ spec: resolved.right, catalogue });
  const spec = inFolder(resolved.right, process.cwd(), catalogue);
  const read = withFilesOf([spec], catalogue);
  if (E.isLeft(read)) return read;
  return E.map((whole: RunSpec) => ({ spec: whole, catalogue: read.right }))(
    resolveRunSpec(spec, read.right),
  );
}
