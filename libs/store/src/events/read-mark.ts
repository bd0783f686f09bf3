import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/*
 * A reader that returns to an events file must not assume that what it read is still there: after a power cut the end
 * of a file is lost, the run continues and writes other lines in its place, and the file may be longer than before when
 * the reader returns. Every line holds its time, so rewritten lines never have the same bytes: a reader compares the
 * last bytes that it read.
 */

/** How many bytes of what was read are kept for comparison: more than a line. */
const TAIL_BYTES = 1024;

/** A position in an append-only file. */
export interface ReadMark {
  /** In bytes. */
  readonly offset: number;
  /** The last bytes before it; absent if they are not known. */
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

/** Whether the file still contains what was read of it, so that reading may continue from there. */
export async function continues(file: FileHandle, { offset, tail }: ReadMark): Promise<boolean> {
  if (offset === 0) return true;
  if (tail === undefined) return (await file.stat()).size >= offset;
  return (await bytesBefore(file, offset, tail.length)).equals(tail);
}

const SUM_BYTES = 64 << 10;

/**
 * A checksum of the last bytes before `offset`, for use where keeping the bytes themselves would take too much space.
 */
export async function sumBefore(file: FileHandle, offset: number): Promise<string> {
  const bytes = await bytesBefore(file, offset, Math.min(offset, SUM_BYTES));
  return createHash('sha256').update(bytes).digest('hex');
}

async function bytesBefore(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset - length);
  return bytes.subarray(0, bytesRead);
}

/** The state of a file at one look. */
export interface FileStamp {
  readonly inode: number;
  readonly bytes: number;
  readonly changedMs: number;
}

/** What distinguishes a file from others, and from itself after a change. */
export const stampOf = (file: { ino: number; size: number; mtimeMs: number }): FileStamp => ({
  inode: file.ino,
  bytes: file.size,
  changedMs: file.mtimeMs,
});

/** Whether nothing has changed between two looks. */
export const isUnchanged = (before: FileStamp | null, now: FileStamp | null): boolean =>
  before?.inode === now?.inode && before?.bytes === now?.bytes && before?.changedMs === now?.changedMs;

/**
 * Whether the only possible change is that something was appended: false if the file was replaced, or modified in
 * place.
 */
export const hasGrown = (before: FileStamp | null, now: FileStamp | null): boolean =>
  before !== null && now !== null && before.inode === now.inode && before.bytes < now.bytes;
