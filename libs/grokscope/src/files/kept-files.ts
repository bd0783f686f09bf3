import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FullCatalogue } from '@grokscope/parts';
import { filesOf, noFiles } from '@grokscope/schema';
import type { Files, RunSpec } from '@grokscope/schema';
import { CHECKPOINTS_FOLDER, openRun, type DataFile, type RunRecord } from '@grokscope/store';
import * as E from 'fp-ts/lib/Either.js';
import { fileAt } from './own-files.js';

/* The data files of a run, as its folder keeps them. */

/** The largest file that is copied into a run's folder, in bytes; of a larger one only the checksum is kept. */
const MAX_COPY_BYTES = 10_000_000;

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A data file of a run, and its contents if they are copied. */
export interface FileToKeep {
  readonly file: DataFile;
  readonly contents?: Uint8Array;
}

/** The contents to write into the run's folder, by their path there. */
export const copiesOf = (kept: readonly FileToKeep[]): ReadonlyMap<string, Uint8Array> =>
  new Map(
    kept.flatMap(({ file: { copy }, contents }) =>
      copy === undefined || contents === undefined ? [] : [[copy, contents] as const],
    ),
  );

/** The files as the run's record lists them, each with its contents if they are copied. */
export function filesToKeep(spec: RunSpec, catalogue: FullCatalogue): readonly FileToKeep[] {
  const names = [...new Set(filesOf(spec, catalogue).map(({ file }) => file))];
  return names.flatMap((path, i) => {
    const bytes = catalogue.files?.get(path);
    if (bytes === undefined) return [];
    const file = { path, bytes: bytes.length, sha256: sumOf(bytes) };
    if (bytes.length > MAX_COPY_BYTES) return [{ file }];
    // Files of the same name are distinguished by their number.
    return [{ file: { ...file, copy: `data/${i + 1}-${nameIn(path)}` }, contents: bytes }];
  });
}

/** The last part of a path, reduced to characters that every file system accepts. */
const nameIn = (path: string): string =>
  basename(path.replaceAll('\\', '/').replaceAll(':', '/'))
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(-80);

/**
 * Returns the contents of a run's files, by the name that its spec uses: from the copy in the run's folder, else from
 * the original file, whichever still matches the run's record. Left: a text that lists the files that are gone or have
 * changed.
 */
export function keptFiles(folder: string, { files = [] }: Pick<RunRecord, 'files'>): E.Either<string, Files> {
  const found = new Map<string, Uint8Array>();
  const gone: string[] = [];
  for (const { path, sha256, copy } of files) {
    const places = [...(copy === undefined ? [] : [join(folder, copy)]), fileAt(process.cwd(), path)];
    const contents = places.flatMap((place) => contentsIf(place, sha256))[0];
    if (contents === undefined)
      gone.push(`${path} is ${existsSync(places.at(-1)!) ? 'not what it was' : 'gone'}`);
    else found.set(path, contents);
  }
  return gone.length === 0
    ? E.right(found)
    : E.left(`${gone.join('; ')}: the run was made of the file with the SHA-256 that run.json names`);
}

function contentsIf(place: string, sha256: string): readonly Uint8Array[] {
  try {
    const bytes = new Uint8Array(readFileSync(place));
    return sumOf(bytes) === sha256 ? [bytes] : [];
  } catch {
    return [];
  }
}

/**
 * Returns the contents of the data files of the run whose checkpoint the weights file is, by the name that its spec
 * uses; none if the file lies elsewhere. Left: as in `keptFiles`.
 */
export async function filesOfWeights(weightsFile: string): Promise<E.Either<string, Files>> {
  const checkpoints = dirname(resolve(weightsFile));
  const folder = dirname(checkpoints);
  const run = await openRun(dirname(folder), basename(folder))();
  const isOfRun = E.isRight(run) && basename(checkpoints) === CHECKPOINTS_FOLDER;
  return isOfRun ? keptFiles(folder, run.right.record) : E.right(noFiles);
}
