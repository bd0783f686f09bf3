import * as E from 'fp-ts/lib/Either.js';
import { isPlainObject } from '@grokscope/schema';
import { findPreset } from '@grokscope/experiments';
import type { SafetensorsFile } from '@grokscope/formats';
import { withFiles } from '@grokscope/parts';
import type { SplitSource } from 'grokscope';
import { filesOfWeights, inferSpec, usedBy, type OwnParts } from 'grokscope';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import type { LoadedSpec } from './load-spec.js';
import { loadSpec, specFrom } from './load-spec.js';
import { useFiles } from './use-files.js';

/** The spec that decodes weights, and how much of it is known. */
export interface AnalysisSpec extends LoadedSpec {
  readonly split: SplitSource;
  /** Whether the file itself supplies the complete spec. */
  readonly isOwnSpec: boolean;
  /** For a spec made from the weights alone: what was inferred and what was assumed, in words. */
  readonly inferred?: readonly string[];
}

/** The value that requests a spec made from the weights alone. */
export const AUTO = 'auto';

/** Returns the spec given with `--spec`, else the one in the file, else one made from names, shapes and answers. */
export async function analysisSpec(
  file: string,
  { tensors, metadata }: SafetensorsFile,
  {
    spec,
    set,
    use,
  }: { readonly spec?: string; readonly set: readonly string[]; readonly use?: readonly string[] },
  ofRun?: OwnParts,
): Promise<E.Either<CliError, AnalysisSpec>> {
  const isSplitSet = set.some((assignment) => /^data\b/.test(assignment));
  const known = (
    loaded: E.Either<CliError, LoadedSpec>,
    otherwise: SplitSource,
  ): E.Either<CliError, AnalysisSpec> =>
    E.isLeft(loaded)
      ? loaded
      : E.right({
          ...loaded.right,
          split: isSplitSet ? 'given' : otherwise,
          isOwnSpec: otherwise === 'file' && set.length === 0,
        });
  const given = await useFiles(use, '--use', ofRun);
  if (E.isLeft(given)) return given;
  const own = given.right;
  if (spec !== undefined && spec !== AUTO) {
    const isPreset = E.isRight(findPreset(spec, given.right.catalogue));
    return known(await loadSpec(spec, set, undefined, use), isPreset ? 'assumed' : 'given');
  }
  const text = metadata['spec'];
  if (spec !== AUTO && text !== undefined) {
    let input: unknown;
    try {
      input = JSON.parse(text);
    } catch {
      return E.left(usage(`the spec in the metadata of ${file} is not JSON; give --spec <preset or file>`));
    }
    const named = usedBy(input);
    // A file of weights is data: it does not decide which code is run.
    if (named.length > 0 && own.files.length === 0)
      return E.left(
        usage(`${file} was made with parts of ${named.join(', ')}; --use names files of parts to read it by`),
      );
    const kept = await filesOfWeights(file);
    if (E.isLeft(kept)) return E.left(usage(`${file}: ${kept.left}`));
    const parts = kept.right.size === 0 ? own : { ...own, catalogue: withFiles(own.catalogue, kept.right) };
    const plain = isPlainObject(input) ? { ...input, use: undefined } : input;
    return known(specFrom(`the spec in the metadata of ${file}`, plain, set, parts), 'file');
  }
  const inferred = await inferSpec(tensors);
  if (E.isLeft(inferred))
    return E.left(
      usage(`${file} does not say how it was trained, and ${inferred.left}. Give --spec <preset or file>`),
    );
  const { input, why } = inferred.right;
  const loaded = known(specFrom(`the spec inferred from ${file}`, input, set, own), 'assumed');
  return E.isLeft(loaded) ? loaded : E.right({ ...loaded.right, inferred: why });
}
