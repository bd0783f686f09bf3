import { formatShape, jsonExcess, sizeOf } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';
import { findDuplicateKey } from './duplicate-keys.js';
import type { FormatError } from './errors.js';
import { malformed } from './errors.js';
import { describeForeignFile } from './foreign-file.js';
import type { Dtype, Tensor, Tensors } from './tensor.js';
import { bytesPerElement, dtypes, tensorFromBytes } from './tensor.js';

/**
 * The contents of a safetensors file. Both records have no prototype, so that a name cannot refer to an inherited
 * property.
 */
export interface SafetensorsFile {
  /** Tensors by name, in the order of the header. */
  readonly tensors: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit: a longer header is a damaged length. */
const MAX_HEADER_BYTES = 100_000_000;
/** Room for a hundred thousand tensors, and for a few more levels than tensors and their shapes need. */
const HEADER_BOUNDS = { maxDepth: 8, maxValues: 1_000_000 };
/** If a header's declared length exceeds this, and the file, the bytes are the beginning of some other format. */
const MAX_BELIEVED_BYTES = 2 ** 24;

/**
 * Reads a safetensors file; the values are copied out of `bytes`.
 *
 * The error names what was refused and where: a file shorter than its header declares, or of another format (which is
 * named); a header that is not JSON of the right form or has a duplicate name; an unknown element type; offsets that
 * overlap, leave holes, leave the file or do not fit the shape. Use `findNonFinite` to find values that are not finite.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */
export function decodeSafetensors(bytes: Uint8Array): E.Either<FormatError, SafetensorsFile> {
  const header = readHeader(bytes);
  if (E.isLeft(header)) return header;
  const { fields, dataStart } = header.right;
  const data = bytes.subarray(dataStart);
  const metadata = readMetadata(fields);
  if (E.isLeft(metadata)) return metadata;
  const places: TensorSpan[] = [];
  for (const [name, entry] of Object.entries(fields)) {
    if (name === '__metadata__') continue;
    const place = readPlace(name, entry, data.length);
    if (E.isLeft(place)) return place;
    places.push(place.right);
  }
  const gap = findGap(places, data.length);
  if (gap !== undefined) return E.left(gap);
  const tensors = bare<Tensor>();
  for (const { name, dtype, shape, begin, end } of places) {
    tensors[name] = tensorFromBytes(dtype, shape, data.subarray(begin, end));
  }
  return E.right({ tensors, metadata: metadata.right });
}

/** The position of one tensor: bytes begin … end − 1 of the data. */
interface TensorSpan {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

type Fields = Readonly<Record<string, unknown>>;

function bare<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readHeader(bytes: Uint8Array): E.Either<FormatError, { fields: Fields; dataStart: number }> {
  if (bytes.length < 8) {
    return E.left(malformed('file', `has ${bytes.length} bytes; at least 8 hold the header's length`));
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const rest = bytes.length - 8;
  if (length > MAX_BELIEVED_BYTES && length > rest) {
    const foreign = describeForeignFile(bytes);
    if (foreign !== undefined) return E.left(malformed('file', `is no safetensors file but ${foreign}`));
  }
  if (length > MAX_HEADER_BYTES) {
    return E.left(
      malformed('header', `says it is ${length} bytes long; at most ${MAX_HEADER_BYTES} are allowed`),
    );
  }
  if (length > rest) {
    return E.left(malformed('header', `says it is ${length} bytes long, but only ${rest} bytes follow`));
  }
  const excess = headerExcess(bytes.subarray(8, 8 + length));
  if (excess !== undefined) return E.left(malformed('header', excess));
  let text: string;
  let fields: unknown;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    text = decoder.decode(bytes.subarray(8, 8 + length));
    fields = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return E.left(malformed('header', `is not JSON in UTF-8: ${why}`));
  }
  if (!isObject(fields)) return E.left(malformed('header', 'must be a JSON object of tensors by name'));
  const twice = findDuplicateKey(text);
  if (twice !== undefined) {
    return E.left(
      malformed('header', `names ${JSON.stringify(twice)} twice; each name may stand there once`),
    );
  }
  return E.right({ fields, dataStart: 8 + length });
}

/**
 * Whether a header is too complex to parse: within the allowed number of bytes there may still be a hundred million
 * brackets.
 */
function headerExcess(header: Uint8Array): string | undefined {
  return jsonExcess(new TextDecoder().decode(header), HEADER_BOUNDS);
}

function readMetadata(fields: Fields): E.Either<FormatError, Record<string, string>> {
  const metadata = bare<string>();
  if (!Object.hasOwn(fields, '__metadata__')) return E.right(metadata);
  const entries = fields['__metadata__'];
  if (!isObject(entries)) return E.left(malformed('__metadata__', 'must be an object of texts'));
  for (const [key, value] of Object.entries(entries)) {
    if (typeof value !== 'string') {
      return E.left(malformed('__metadata__', `${JSON.stringify(key)} must be a text, is ${typeof value}`));
    }
    metadata[key] = value;
  }
  return E.right(metadata);
}

function readPlace(name: string, entry: unknown, dataLength: number): E.Either<FormatError, TensorSpan> {
  const wrong = (message: string) => E.left(malformed(`tensor ${JSON.stringify(name)}`, message));
  if (!isObject(entry)) return wrong('must be an object with dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!dtypes.includes(dtype as Dtype)) {
    return wrong(
      `dtype ${JSON.stringify(dtype)} cannot be read; allowed: ${dtypes.join(', ')}. Save it as float32 (in PyTorch: tensor.float())`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    return wrong(`shape ${JSON.stringify(shape)} must be a list of integers of at least 0`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return wrong(`data_offsets ${JSON.stringify(offsets)} must be two integers of at least 0`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) return wrong(`data_offsets [${begin}, ${end}] end before they begin`);
  if (end > dataLength) {
    return wrong(
      `data_offsets [${begin}, ${end}] leave the file, which has ${dataLength} bytes of data: it was cut short, or copied in part`,
    );
  }
  const needed = sizeOf(shape) * bytesPerElement(dtype as Dtype);
  if (end - begin !== needed) {
    const has = `data_offsets [${begin}, ${end}] hold ${end - begin} bytes`;
    return wrong(`${has}, but shape ${formatShape(shape)} of ${String(dtype)} needs ${needed}`);
  }
  return E.right({ name, dtype: dtype as Dtype, shape, begin, end });
}

/** The first place where the tensors overlap or leave bytes of the data unclaimed. */
function findGap(places: readonly TensorSpan[], dataLength: number): FormatError | undefined {
  let covered = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const where = `tensor ${JSON.stringify(name)}`;
    if (begin < covered) return malformed(where, `begins at byte ${begin}, inside the tensor before it`);
    if (begin > covered)
      return malformed(where, `begins at byte ${begin}, leaving a hole from byte ${covered}`);
    covered = end;
  }
  if (covered === dataLength) return undefined;
  return malformed('file', `has ${dataLength} bytes of data, of which the tensors claim ${covered}`);
}
