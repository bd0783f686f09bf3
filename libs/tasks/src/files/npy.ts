import * as E from 'fp-ts/lib/Either.js';
import { faulty, type ContentFault } from './file-fault.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALLOWED = 'an array of integers as numpy.save writes it: of 1 to 8 bytes, little-endian';

/** Whether bytes begin as an `.npy` file does. */
export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * The integers of an `.npy` file, whatever its shape, in the order of the file.
 *
 * Source: NumPy, *NPY format*, versions 1 to 3.
 */
export function decodeNpy(bytes: Uint8Array): E.Either<ContentFault, readonly number[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = (bytes[6] ?? 0) > 1;
  const begin = isLong ? 12 : 10;
  if (bytes.length < begin) return faulty('ends within its header', ALLOWED);
  const end = begin + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = String.fromCharCode(...bytes.subarray(begin, Math.min(end, bytes.length)));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  const [, order, kind, width] = /^([<|>=])([iu])([1248])$/.exec(descr ?? '') ?? [];
  if (shape === undefined || kind === undefined || (order === '>' && width !== '1'))
    return faulty(`holds ${descr === undefined ? 'no known type' : `the type ${descr}`}`, ALLOWED);
  const dimensions = shape.split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  const count = dimensions.reduce((product, n) => product * n, 1);
  const size = Number(width);
  if (bytes.length - end !== count * size)
    return faulty(
      `has ${Math.max(0, bytes.length - end)} bytes behind its header, and its shape (${shape}) wants ${count * size}`,
      ALLOWED,
    );
  return E.right(Array.from({ length: count }, (_, i) => integerAt(view, end + i * size, kind, size)));
}

function integerAt(view: DataView, at: number, kind: string, size: number): number {
  const isSigned = kind === 'i';
  switch (size) {
    case 1:
      return isSigned ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
    case 4:
      return isSigned ? view.getInt32(at, true) : view.getUint32(at, true);
    default:
      return Number(isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
  }
}
