import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/*
 * A reader that comes back to an events file must not take for granted that what it read is still there: a power cut
 * loses the end of a file, the run goes on and writes other lines in their place, and the file may be longer than
 * before when the reader looks again. Every line holds its time, so lines written anew are never the same bytes: a
 * reader compares the last bytes that it read.
 */

/** How much of what was read is kept to be compared: more than a line. */
const TAIL_BYTES = 1024;

/** A place in a file that is added to at its end. */
export interface ReadMark {
  /** In bytes. */
  readonly offset: number;
  /** The last bytes before it; absent where they are not known. */
  readonly tail?: Buffer;
}

/** The mark after `bytes` more. */
export function markAfter(
  { offset, tail = Buffer.alloc(0) }: ReadMark,
  bytes: Uint8Array,
): Required<ReadMark> {
  const last = bytes.length >= TAIL_BYTES ? bytes : Buffer.concat([tail, bytes]);
  return { offset: offset + bytes.length, tail: Buffer.from(last.subarray(-TAIL_BYTES)) };
}

/** Whether the file still has what was read of it; what follows is then to be read on. */
export async function continues(file: FileHandle, { offset, tail }: ReadMark): Promise<boolean> {
  if (offset === 0) return true;
  if (tail === undefined) return (await file.stat()).size >= offset;
  return (await bytesBefore(file, offset, tail.length)).equals(tail);
}

const SUM_BYTES = 64 << 10;

/** A sum of the last bytes before `offset`, to be kept where the bytes themselves would be too many. */
export async function sumBefore(file: FileHandle, offset: number): Promise<string> {
  const bytes = await bytesBefore(file, offset, Math.min(offset, SUM_BYTES));
  return createHash('sha256').update(bytes).digest('hex');
}

async function bytesBefore(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset - length);
  return bytes.subarray(0, bytesRead);
}

/** A file at one look. */
export interface FileStamp {
  readonly inode: number;
  readonly bytes: number;
  readonly changedMs: number;
}

/** What tells a file from others, and from itself after a change. */
export const stampOf = (file: { ino: number; size: number; mtimeMs: number }): FileStamp => ({
  inode: file.ino,
  bytes: file.size,
  changedMs: file.mtimeMs,
});

/** Whether nothing has happened between two looks. */
export const isUnchanged = (before: FileStamp | null, now: FileStamp | null): boolean =>
  before?.inode === now?.inode && before?.bytes === now?.bytes && before?.changedMs === now?.changedMs;

/** Whether all that can have happened is that something was added: not where it was replaced, or altered in place. */
export const hasGrown = (before: FileStamp | null, now: FileStamp | null): boolean =>
  before !== null && now !== null && before.inode === now.inode && before.bytes < now.bytes;
