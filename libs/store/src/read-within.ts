import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

/** The largest file of tensors that is read: what Node.js itself takes at once. */
export const MAX_TENSOR_FILE_BYTES = 2 ** 31 - 1;
/** The largest of a run's small files: what was asked for, manifests, notes. */
export const MAX_RECORD_BYTES = 1 << 20;

/** A file is larger than one of its kind can be. */
export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge';
  constructor(size: number | undefined, maxBytes: number, kind: string) {
    const has = size === undefined ? `goes on after ${maxBytes} bytes` : `has ${size} bytes`;
    super(`${has}; ${kind} has at most ${maxBytes}`);
  }
}

/**
 * Reads a whole file that somebody else may have written: its size is looked at before anything is read, and no more
 * than `maxBytes` are read of what has no size (a pipe, a device). Rejects with `FileTooLarge`, or with what the disk
 * said. `kind` names such files in messages.
 */
export async function readFileWithin(path: string, maxBytes: number, kind = 'such a file'): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new FileTooLarge(size, maxBytes, kind);
    return size > 0 ? await readUpTo(file, size) : await readToEnd(file, maxBytes, kind);
  } finally {
    await file.close();
  }
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
