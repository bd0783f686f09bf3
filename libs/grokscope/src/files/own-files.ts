import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invariant } from '@grokscope/base';
import { builtIn, withFiles, type FullCatalogue } from '@grokscope/parts';
import { filesOf, mapFiles, noFiles } from '@grokscope/schema';
import type { Files, FormattableError, NamedFile, RunSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';

/*
 * The files that specs name: where they are, and what they contain. The tasks that use them never access the disk;
 * everything that takes a spec reads its files here.
 */

/** The largest file that is read, in bytes. */
export const MAX_DATA_BYTES = 256 << 20;

/** The prefix of a file that comes with Grokscope: `grokscope:genesis-exodus.txt`. */
export const OWN_PREFIX = 'grokscope:';

/** The folder of the files that come with Grokscope, whether this runs from sources, built files or a bundle. */
function ownFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const texts = join(folder, 'examples', 'texts');
    if (existsSync(texts)) return texts;
    const above = dirname(folder);
    invariant(above !== folder, 'the folder examples/texts is not where Grokscope is');
    folder = above;
  }
}

/** Whether a file comes with Grokscope. */
export const isOwnFile = (file: string): boolean => /^grokscope:[A-Za-z0-9][A-Za-z0-9._-]*$/.test(file);

/** The path on the disk of a file that a spec in `folder` names. */
export const fileAt = (folder: string, file: string): string =>
  isOwnFile(file) ? join(ownFolder(), file.slice(OWN_PREFIX.length)) : resolve(folder, file);

/**
 * Returns a spec as a user wrote it, complete or partial, with the paths of its files made absolute; they are relative
 * to `folder`, the folder of the spec's file. A file that comes with Grokscope (`grokscope:…`) keeps its name.
 */
export const inFolder = <T>(input: T, folder: string, catalogue: FullCatalogue = builtIn): T =>
  mapFiles(input, catalogue, (file) => (isOwnFile(file) ? file : resolve(folder, file))) as T;

/**
 * Returns a catalogue with the contents of the files that specs name; contents that it has already are not read again.
 * Left: an error for each file that does not exist, is not a regular file, or is too large.
 *
 * @param kept contents that replace a file on the disk, by the name that a spec uses
 */
export function withFilesOf(
  specs: readonly Pick<RunSpec, 'task' | 'data'>[],
  catalogue: FullCatalogue = builtIn,
  kept: Files = noFiles,
): E.Either<readonly FormattableError[], FullCatalogue> {
  const read = new Map(catalogue.files ?? noFiles);
  const errors = new Map<string, FormattableError>();
  for (const named of specs.flatMap((spec) => filesOf(spec, catalogue))) {
    const { file } = named;
    if (read.has(file) || errors.has(file)) continue;
    const contents = kept.has(file) ? E.right(kept.get(file)!) : readNamed(named);
    if (E.isRight(contents)) read.set(file, contents.right);
    else errors.set(file, contents.left);
  }
  if (errors.size > 0) return E.left([...errors.values()]);
  return E.right(read.size === (catalogue.files?.size ?? 0) ? catalogue : withFiles(catalogue, read));
}

function readNamed({ path, file }: NamedFile): E.Either<FormattableError, Uint8Array> {
  const refuse = (message: string, allowed = 'a file that can be read'): E.Either<FormattableError, never> =>
    E.left({ path, value: file, message, allowed });
  const place = fileAt(process.cwd(), file);
  try {
    const found = statSync(place, { throwIfNoEntry: false });
    if (found === undefined) return refuse(`is not there (looked for ${place})`);
    if (found.isDirectory()) return refuse('is a folder', 'a file');
    if (!found.isFile()) return refuse('is no regular file', 'a file');
    if (found.size > MAX_DATA_BYTES)
      return refuse(`has ${mebibytes(found.size)}`, `a file of at most ${mebibytes(MAX_DATA_BYTES)}`);
    return E.right(new Uint8Array(readFileSync(place)));
  } catch (thrown) {
    return refuse(`cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
