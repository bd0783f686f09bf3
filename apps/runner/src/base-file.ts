import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { findPreset } from '@grokscope/experiments';
import type { FullCatalogue } from '@grokscope/parts';
import { mergeAll } from '@grokscope/schema';
import { inFolder, sweepInFolder, usedBy, withAbsoluteUse } from 'grokscope';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { refuseSweep } from './kind-of-file.js';
import { readSpecFile } from './read-spec-file.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The layers of one spec, one for each file; a later layer overrides those before it. The named file is last, before it
 * is the file that its `base` names, and so on. They are joined once the available parts are known, including those in
 * the files of `use`.
 */
export type SpecLayers = readonly SpecLayer[];
interface SpecLayer {
  readonly value: unknown;
  /** The folder of the file; paths of data files are relative to it. */
  readonly folder: string;
}
type LayersReading = Promise<E.Either<CliError, SpecLayers>>;

/**
 * Reads the spec of a run from `path` and, if its `base` names a file, that file as the layer below it: the path is
 * relative to the file that contains it, and that file may name another. A preset is left for the decoder. Files of
 * `use` are absolute in the result.
 */
export const specLayers = (input: unknown, path: string): LayersReading =>
  layersUnder(input, folderOf(path), []);

/** The files of parts that layers use. */
export const usedByLayers = (layers: SpecLayers): readonly string[] => [
  ...new Set(layers.flatMap(({ value }) => usedBy(value))),
];

/** Joins layers into one spec. */
export function joinLayers(layers: SpecLayers, catalogue: FullCatalogue): unknown {
  const [bottom, ...over] = layers.map(({ value, folder }) => inFolder(value, folder, catalogue));
  return mergeAll(bottom, over, catalogue);
}

/** A sweep read from a file, and the layers of its base unless that is a preset. */
export interface SweepLayers {
  readonly sweep: unknown;
  readonly folder: string;
  readonly base?: SpecLayers;
}

/** Reads a sweep from `path`; its base may be a spec, or the file of one. */
export async function sweepLayers(input: unknown, path: string): Promise<E.Either<CliError, SweepLayers>> {
  const folder = folderOf(path);
  const sweep = withAbsoluteUse(input, folder);
  if (!isFields(sweep)) return E.right({ sweep, folder });
  const { base } = sweep;
  const layers = typeof base === 'string' ? await fileOf(base, folder, []) : await specLayers(base, path);
  if (E.isLeft(layers)) return layers;
  return E.right({ sweep, folder, ...(layers.right === undefined ? {} : { base: layers.right }) });
}

/** Returns a sweep whose base is one spec. */
export function joinSweep({ sweep, folder, base }: SweepLayers, catalogue: FullCatalogue): unknown {
  const joined = base === undefined ? sweep : { ...(sweep as Fields), base: joinLayers(base, catalogue) };
  return sweepInFolder(joined, folder, catalogue);
}

async function layersUnder(input: unknown, folder: string, above: readonly string[]): LayersReading {
  const value = withAbsoluteUse(input, folder);
  if (!isFields(value) || typeof value['base'] !== 'string') return E.right([{ value, folder }]);
  const { base, ...rest } = value;
  const under = await fileOf(base as string, folder, above);
  if (E.isLeft(under)) return under;
  return E.right(under.right === undefined ? [{ value, folder }] : [...under.right, { value: rest, folder }]);
}

/** The layers of the file that `base` names; undefined if it names none. `above`: the files that led here. */
async function fileOf(
  base: string,
  folder: string,
  above: readonly string[],
): Promise<E.Either<CliError, SpecLayers | undefined>> {
  const path = resolve(folder, base);
  const looksLikeFile = /[\\/]|\.(ya?ml|json)$/i.test(base);
  if (E.isRight(findPreset(base)) || !(looksLikeFile || existsSync(path))) return E.right(undefined);
  if (above.includes(path)) return E.left(usage(`base: ${[...above, path].join(' → ')} is a circle`));
  const read = await readSpecFile(path);
  if (E.isLeft(read)) {
    return read.left._tag === 'Usage' ? E.left(usage(`base: ${read.left.message}`)) : read;
  }
  const spec = refuseSweep(path, read.right);
  return E.isLeft(spec) ? spec : layersUnder(spec.right, dirname(path), [...above, path]);
}

/** The folder to which paths in a file are relative. */
const folderOf = (path: string): string => (path === '-' ? process.cwd() : dirname(resolve(path)));

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
