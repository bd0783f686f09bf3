import type { Files } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { FileFault } from '../errors.js';
import { readCells } from './cells.js';
import { contentsOf, fileFault, faulty, type ContentFault } from './file-fault.js';
import { decodeNpy, isNpy } from './npy.js';
import { decodeUtf8 } from './utf8.js';

const PATH = 'data.splitFile';

/** An entry of a split, and where it stands: `entry 3`, `line 3`. */
interface Entry {
  readonly value: unknown;
  readonly at: string;
}

/**
 * The examples that a split file trains on, in its order: JSON `{"train": [indices]}` (or the list alone), an `.npy`
 * array of integers, or a CSV of indices, with or without a header. Left names the first entry that is not a whole
 * number from 0 to below `nExamples`, or is there twice, and a split that leaves nothing on one side.
 */
export function readSplit(
  file: string,
  nExamples: number,
  files: Files | undefined,
): E.Either<FileFault, Int32Array> {
  return pipe(
    contentsOf(PATH, file, files),
    E.chain((bytes) =>
      pipe(
        entriesOf(bytes, file),
        E.chain((entries) => indicesOf(entries, nExamples)),
        E.mapLeft((fault) => fileFault(PATH, file, fault)),
      ),
    ),
  );
}

function entriesOf(bytes: Uint8Array, file: string): E.Either<ContentFault, readonly Entry[]> {
  if (isNpy(bytes)) return E.map(numbered)(decodeNpy(bytes));
  if (/\.npy$/i.test(file)) return faulty('is no .npy file', 'what numpy.save writes');
  return /\.(csv|tsv|tab|txt)$/i.test(file) ? listed(bytes, file) : inJson(bytes);
}

const numbered = (values: ArrayLike<unknown>): readonly Entry[] =>
  Array.from(values, (value, i) => ({ value, at: `entry ${i + 1}` }));

const JSON_ALLOWED = '{"train": [indices]}';

function inJson(bytes: Uint8Array): E.Either<ContentFault, readonly Entry[]> {
  const text = decodeUtf8(bytes);
  if (E.isLeft(text)) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.right);
  } catch (thrown) {
    return faulty(`is no JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`, JSON_ALLOWED);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const train = isObject ? (value as { readonly train?: unknown }).train : value;
  return Array.isArray(train)
    ? E.right(numbered(train))
    : faulty('has no list of the examples trained on', JSON_ALLOWED);
}

/** Cells that are numbers, row by row; a first line of words is a header. */
function listed(bytes: Uint8Array, file: string): E.Either<ContentFault, readonly Entry[]> {
  const entries: Entry[] = [];
  const read = readCells(bytes, file, ({ line, cells }) => {
    if (line === 1 && cells.every((cell) => Number.isNaN(Number(cell)))) return undefined;
    for (const cell of cells) entries.push({ value: cell === '' ? cell : Number(cell), at: `line ${line}` });
    return undefined;
  });
  return E.map(() => entries)(read);
}

function indicesOf(entries: readonly Entry[], nExamples: number): E.Either<ContentFault, Int32Array> {
  const allowed = `whole numbers from 0 to ${nExamples - 1}, each once`;
  const placeOf = new Map<number, string>();
  for (const { value, at } of entries) {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return faulty(`${at} is ${JSON.stringify(value) ?? String(value)}, which is no whole number`, allowed);
    if (value < 0 || value >= nExamples)
      return faulty(`${at} is ${value}, and the task has the examples 0 to ${nExamples - 1}`, allowed);
    const before = placeOf.get(value);
    if (before !== undefined) return faulty(`${at} is ${value}, which ${before} is already`, allowed);
    placeOf.set(value, at);
  }
  if (placeOf.size === 0 || placeOf.size === nExamples)
    return faulty(
      `names ${placeOf.size === 0 ? 'none' : 'all'} of the task's ${nExamples} examples`,
      `from 1 to ${nExamples - 1} of them: one at least is left to test on`,
    );
  return E.right(Int32Array.from(placeOf.keys()));
}
