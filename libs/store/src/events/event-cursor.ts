import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.js';
import type { StoredLine } from './event-lines.js';
import { MAX_LINE_BYTES, tooLong } from './event-lines.js';
import { continues, markAfter } from './read-mark.js';
import type { ReadMark } from './read-mark.js';
import { openRegular } from '../disk/read-within.js';
import { EVENTS_FILE } from '../run/run-record.js';

/** The position where a line of an events file begins: line n holds the event with seq n. */
export interface EventPosition extends ReadMark {
  readonly seq: number;
}

const NEWLINE = 0x0a;
const BEGIN: EventPosition = { seq: 0, offset: 0 };

/**
 * The only reader of events files: a reader's position in the events of the run in `folder`. The caller requests the
 * next lines when it can use them: however long the run, at most one page of it is held. Lines are not parsed. A line
 * without its newline does not exist yet. If the file is not a continuation of what was read, it is read again, and
 * lines before the next one due are skipped: no line comes twice.
 */
export class EventCursor {
  private readonly path: string;
  /** Lines before it were returned already. */
  private due: number;

  constructor(
    folder: string,
    private place: EventPosition = BEGIN,
  ) {
    this.path = join(folder, EVENTS_FILE);
    this.due = place.seq;
  }

  /** The line that comes next, whether or not it is written yet. */
  get position(): EventPosition {
    return this.place;
  }

  /**
   * The next lines, about `pageBytes` of them but at least one; empty at the end of what is written. Throws
   * `MalformedLine` or the file system's error; a missing file has no lines.
   */
  async next(pageBytes: number): Promise<readonly StoredLine[]> {
    let file: FileHandle;
    try {
      file = await openRegular(this.path);
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return [];
      throw thrown;
    }
    try {
      return await this.nextOf(file, pageBytes);
    } finally {
      await file.close();
    }
  }

  /** Like `next`, for an events file that is open already. */
  async nextOf(file: FileHandle, pageBytes: number): Promise<readonly StoredLine[]> {
    if (!(await continues(file, this.place))) this.place = BEGIN;
    for (let bytes = pageBytes; ;) {
      const page = await readAt(file, this.place.offset, bytes);
      const { seq } = this.place;
      const lines = this.cut(page).filter((line) => line.seq >= this.due);
      this.due = Math.max(this.due, this.place.seq);
      const isEnd = page.length < bytes;
      if (lines.length > 0 || (isEnd && this.place.seq > seq)) return lines;
      if (this.place.seq > seq) continue;
      if (page.length >= MAX_LINE_BYTES) throw tooLong(seq + 1);
      if (isEnd) return lines;
      bytes *= 4;
    }
  }

  private cut(page: Buffer): readonly StoredLine[] {
    const lines: StoredLine[] = [];
    let { seq } = this.place;
    let start = 0;
    for (let end = page.indexOf(NEWLINE); end !== -1; end = page.indexOf(NEWLINE, start)) {
      lines.push({ seq: seq++, line: page.subarray(start, end) });
      start = end + 1;
    }
    if (start > 0) this.place = { seq, ...markAfter(this.place, page.subarray(0, start)) };
    return lines;
  }
}

/** At most `bytes` bytes from `offset`; fewer only at the end of the file. */
async function readAt(file: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const { size } = await file.stat();
  const page = Buffer.allocUnsafe(Math.max(0, Math.min(bytes, size - offset)));
  let filled = 0;
  while (filled < page.length) {
    const { bytesRead } = await file.read(page, filled, page.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return page.subarray(0, filled);
}
