import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';

/** The largest file of tensors that is read: the most that Node.js reads at once. */
export const MAX_TENSOR_FILE_BYTES = 2 ** 31 - 1;
/** The largest of a run's small files: its record, manifests, notes. */
export const MAX_RECORD_BYTES = 1 << 20;

/** A file larger than any of its kind can be. */
export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge';
  constructor(size: number | undefined, maxBytes: number, kind: string) {
    const has = size === undefined ? `goes on after ${maxBytes} bytes` : `has ${size} bytes`;
    super(`${has}; ${kind} has at most ${maxBytes}`);
  }
}

/** A pipe, a device or a folder with the name of a file. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  readonly code = 'ENOTFILE';
  constructor(
    path: string,
    readonly kind: string,
  ) {
    super(`${basename(path)} is ${kind}, not a file`);
  }
}

/**
 * Reads a whole file that may have been written by another program: its size is checked before anything is read, and at
 * most `maxBytes` are read from a pipe or device, which has no size. Rejects with `FileTooLarge`, or with the disk's
 * error. `kind` names such files in messages.
 */
export async function readFileWithin(path: string, maxBytes: number, kind = 'such a file'): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await readOpened(file, maxBytes, kind);
  } finally {
    await file.close();
  }
}

/**
 * Like `readFileWithin`, for a file in a run's folder: anything that is not a file is refused with `NotAFile`, because
 * reading a pipe without a writer would wait for ever.
 */
export async function readRegularFile(path: string, maxBytes: number, kind?: string): Promise<Buffer> {
  const file = await openRegular(path);
  try {
    return await readOpened(file, maxBytes, kind);
  } finally {
    await file.close();
  }
}

/** Opens a file for reading; rejects with `NotAFile` if it is anything else. */
export async function openRegular(path: string): Promise<FileHandle> {
  // Without O_NONBLOCK (Windows has neither it nor such pipes), opening a pipe would wait for a writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new NotAFile(path, kindOf(found));
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function kindOf(found: { isFIFO(): boolean; isDirectory(): boolean }): string {
  if (found.isDirectory()) return 'a folder';
  return found.isFIFO() ? 'a pipe' : 'a device';
}

/** The whole content of an open file, from its beginning. */
export async function readOpened(file: FileHandle, maxBytes: number, kind = 'such a file'): Promise<Buffer> {
  const { size } = await file.stat();
  if (size > maxBytes) throw new FileTooLarge(size, maxBytes, kind);
  return size > 0 ? readUpTo(file, size) : readToEnd(file, maxBytes, kind);
}

async function readUpTo(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

const PIECE_BYTES = 1 << 16;

async function readToEnd(file: FileHandle, maxBytes: number, kind: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let length = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES);
    if (bytesRead === 0) return Buffer.concat(pieces, length);
    length += bytesRead;
    if (length > maxBytes) throw new FileTooLarge(undefined, maxBytes, kind);
    pieces.push(buffer.subarray(0, bytesRead));
  }
}
