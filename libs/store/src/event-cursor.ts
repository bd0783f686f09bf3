import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './errors.js';
import { MAX_LINE_BYTES, tooLong } from './event-lines.js';
import { EVENTS_FILE } from './run-record.js';

/** Where a line of an events file begins: line n holds the event with seq n. */
export interface EventPosition {
  readonly seq: number;
  /** In bytes. */
  readonly offset: number;
}

/** One stored event as it stands in the file, without its newline. */
export interface StoredLine {
  readonly seq: number;
  readonly line: Buffer;
}

const NEWLINE = 0x0a;
const BEGIN: EventPosition = { seq: 0, offset: 0 };

/**
 * A reader's place in the events of the run in `folder`, which asks for the next few whenever it can use them: however
 * long a run, no more than a page of it is held. Lines are not parsed. A line without its newline is not there yet.
 */
export class EventCursor {
  private readonly path: string;

  constructor(
    folder: string,
    private place: EventPosition = BEGIN,
  ) {
    this.path = join(folder, EVENTS_FILE);
  }

  /** The line that comes next, whether it is written already or not. */
  get position(): EventPosition {
    return this.place;
  }

  /**
   * The next lines, about `pageBytes` of them but one at least; none at the end of what is written. Throws
   * `MalformedLine`, or what the file system says; a file that is not there has no lines.
   */
  async next(pageBytes: number): Promise<readonly StoredLine[]> {
    let file: FileHandle;
    try {
      file = await open(this.path, 'r');
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return [];
      throw thrown;
    }
    try {
      for (let bytes = pageBytes; ; bytes *= 4) {
        const page = await readAt(file, this.place.offset, bytes);
        const lines = this.cut(page);
        if (lines.length > 0) return lines;
        if (page.length >= MAX_LINE_BYTES) throw tooLong(this.place.seq + 1);
        if (page.length < bytes) return lines;
      }
    } finally {
      await file.close();
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
    this.place = { seq, offset: this.place.offset + start };
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
