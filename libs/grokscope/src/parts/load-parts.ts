import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { InvalidSpec, specError, type SpecError } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isPartFault, markOf, partRoles, placesOf, formatPlace, type DefinedPart } from './defined.js';
import { noOwnParts, withParts, type OwnParts, type UsedFile } from './own-parts.js';
import { provideModules } from './own-modules.js';

/** The functions whose results a file may export. */
const DEFINERS = partRoles.map((role) => `define${role[0]!.toUpperCase()}${role.slice(1)}`).join(', ');

/**
 * Returns the parts that files export, alone or in a list, under any name: the results of `defineTask`, `defineModel`
 * and the other functions of that kind. Each file is code and is run; name only files you trust.
 *
 * Left: an error for every file that does not exist, does not load or defines a part wrongly, with its place.
 *
 * @param files paths, relative to the working directory
 * @param own parts that precede them; default: the built-in ones
 */
export const loadParts =
  (files: readonly string[], own: OwnParts = noOwnParts): TE.TaskEither<InvalidSpec, OwnParts> =>
  async () => {
    const errors: SpecError[] = [];
    let all = own;
    for (const [i, given] of files.entries()) {
      const file = resolve(given);
      if (all.files.some((known) => known.file === file)) continue;
      const loaded = await loadFile(file);
      if (E.isLeft(loaded)) {
        errors.push(specError(`use.${i}`, given, RIGHT, loaded.left));
        continue;
      }
      try {
        const more = withParts(all, loaded.right.parts);
        all = { ...more, files: [...all.files, loaded.right.used] };
      } catch (thrown) {
        errors.push(specError(`use.${i}`, given, RIGHT, messageOf(thrown)));
      }
    }
    return errors.length > 0 ? E.left(new InvalidSpec(errors)) : E.right(all);
  };

/** What `use` may name. */
const RIGHT = 'a JavaScript module that exports parts';
const allowedFiles = `a JavaScript module that exports parts (${DEFINERS})`;

/** SHA-256 of a file's bytes, hexadecimal; undefined if the file cannot be read. */
export async function hashOf(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}

interface LoadedFile {
  readonly used: UsedFile;
  readonly parts: readonly DefinedPart[];
}

/** Runs one file; Left: why it gives no parts. */
async function loadFile(file: string): Promise<E.Either<string, LoadedFile>> {
  const sha256 = await hashOf(file);
  if (sha256 === undefined) return E.left(await whyUnread(file));
  let module: Readonly<Record<string, unknown>>;
  try {
    await provideModules();
    // The hash is part of the URL: a file that has changed since is another module.
    const address = `${pathToFileURL(file).href}?sha256=${sha256.slice(0, 16)}`;
    module = (await import(/* @vite-ignore */ address)) as Readonly<Record<string, unknown>>;
  } catch (thrown) {
    return E.left(`does not load: ${await atLine(thrown, file)}`);
  }
  const values = Object.values(module).flatMap((value) =>
    Array.isArray(value) ? (value as unknown[]) : [value],
  );
  const parts = [...new Set(values)].filter((value): value is DefinedPart => markOf(value) !== undefined);
  if (parts.length === 0)
    return E.left(`exports no part; allowed is ${allowedFiles}, each part by a name of its own or in a list`);
  return E.right({ used: { file, sha256 }, parts });
}

async function whyUnread(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return `does not exist: there is no file ${file}`;
  return found.isDirectory() ? 'is a folder, not a file of parts' : 'cannot be read';
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The message of what a file threw while it ran, with the file's line if that is known. */
async function atLine(thrown: unknown, file: string): Promise<string> {
  if (!(thrown instanceof Error)) return String(thrown);
  if (isPartFault(thrown)) return thrown.message;
  const place = placesOf(thrown).find((one) => one.file === file);
  const where = place
    ? ` (${formatPlace(place)})`
    : thrown instanceof SyntaxError
      ? await syntaxLine(file)
      : '';
  return `${thrown.name}: ${thrown.message}${where}`;
}

/** The line of a syntax error in a file; Node writes it to standard error only, as `/lab/parts.mjs:3`. */
async function syntaxLine(file: string): Promise<string> {
  const check = promisify(execFile)(process.execPath, ['--check', file]);
  const said = await check.then(
    () => '',
    (thrown: unknown) => String((thrown as { readonly stderr?: unknown }).stderr ?? ''),
  );
  const line = /^.*:(\d+)\r?\n/.exec(said)?.[1];
  return line === undefined ? '' : ` (${file}:${line})`;
}
