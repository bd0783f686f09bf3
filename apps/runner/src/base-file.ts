import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { findPreset } from '@grokscope/experiments';
import { builtIn } from '@grokscope/parts';
import { mergeInputs } from '@grokscope/schema';
import { inFolder, sweepInFolder } from 'grokscope';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { refuseSweep } from './kind-of-file.js';
import { readSpecFile } from './read-spec-file.js';

type Fields = Readonly<Record<string, unknown>>;
type SpecReading = Promise<E.Either<CliError, unknown>>;

/**
 * The spec of a run read from `path`, with the file that its `base` names, if it names one, laid under it: the path is
 * relative to the file it stands in, and that file may name another. A preset is left for its decoder.
 */
export async function withBaseFile(input: unknown, path: string): SpecReading {
  return baseUnder(input, folderOf(path), []);
}

/** A sweep read from `path`, with the file that its `base` names, if it names one, in its place. */
export async function withSweepBaseFile(written: unknown, path: string): SpecReading {
  const input = sweepInFolder(written, folderOf(path));
  if (!isFields(input)) return E.right(input);
  const { base } = input;
  const spec =
    typeof base === 'string' ? await fileOf(base, folderOf(path), []) : await withBaseFile(base, path);
  return E.isLeft(spec) || spec.right === undefined
    ? orElse(spec, input)
    : E.right({ ...input, base: spec.right });
}

const orElse = (read: E.Either<CliError, unknown>, input: unknown): E.Either<CliError, unknown> =>
  E.isLeft(read) ? read : E.right(input);

async function baseUnder(written: unknown, folder: string, above: readonly string[]): SpecReading {
  // Data files are relative to the file that names them, as `base` is.
  const input = inFolder(written, folder);
  if (!isFields(input) || typeof input['base'] !== 'string') return E.right(input);
  const { base, ...rest } = input;
  const under = await fileOf(base as string, folder, above);
  if (E.isLeft(under)) return under;
  return E.right(under.right === undefined ? input : mergeInputs(under.right, rest, builtIn));
}

/** The spec in the file that `base` names; undefined where it names none. `above`: the files that led here. */
async function fileOf(base: string, folder: string, above: readonly string[]): SpecReading {
  const path = resolve(folder, base);
  const looksLikeFile = /[\\/]|\.(ya?ml|json)$/i.test(base);
  if (E.isRight(findPreset(base)) || !(looksLikeFile || existsSync(path))) return E.right(undefined);
  if (above.includes(path)) return E.left(usage(`base: ${[...above, path].join(' → ')} is a circle`));
  const read = await readSpecFile(path);
  if (E.isLeft(read)) {
    return read.left._tag === 'Usage' ? E.left(usage(`base: ${read.left.message}`)) : read;
  }
  const spec = refuseSweep(path, read.right);
  return E.isLeft(spec) ? spec : baseUnder(spec.right, dirname(path), [...above, path]);
}

/** What paths in a file are relative to. */
const folderOf = (path: string): string => (path === '-' ? process.cwd() : dirname(resolve(path)));

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
