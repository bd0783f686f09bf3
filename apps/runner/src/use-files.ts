import * as E from 'fp-ts/lib/Either.js';
import { changedParts, loadParts, type OwnParts, type UsedFile } from 'grokscope';
import type { CliError } from './errors.js';

/** Adds the parts in files to those of `own`; `source` names in errors what requested them. */
export async function useFiles(
  files: readonly string[] | undefined,
  source: string,
  own?: OwnParts,
): Promise<E.Either<CliError, OwnParts>> {
  const loaded = await loadParts(files ?? [], own)();
  return E.isLeft(loaded) ? E.left({ _tag: 'BadSpec', source, errors: loaded.left.errors }) : loaded;
}

/** Returns the parts that a run used, from files that must be unchanged since it began unless changes are accepted. */
export async function partsOfRun(
  runId: string,
  files: readonly UsedFile[] | undefined,
  allowChanged: boolean,
): Promise<E.Either<CliError, OwnParts>> {
  const changed = allowChanged ? [] : await changedParts(files);
  if (changed.length > 0) return E.left({ _tag: 'BadSpec', source: `the run ${runId}`, errors: changed });
  return useFiles(
    (files ?? []).map(({ file }) => file),
    `the run ${runId}`,
  );
}
