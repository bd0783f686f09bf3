import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '@grokscope/schema';
import { errorCode } from './errors.js';
import { EventLines } from './event-lines.js';
import { writerOfRun } from './held.js';
import { continues, markAt } from './read-mark.js';
import type { ReadMark } from './read-mark.js';
import { openRegular } from './read-within.js';
import { EVENTS_FILE } from './run-record.js';

const PIECE_BYTES = 1 << 20;
const DEFAULT_POLL_MS = 200;

/**
 * Follows the events of the run in `folder`, whichever process writes them: first those already there after
 * `since`, then the new ones, each once and in order.
 *
 * Yields one batch per look at the file. The first batch is everything that was there, even if that is
 * nothing, and so marks the reader as caught up. Finishes when `signal` aborts, or once nobody
 * holds the run any more and all that was written is read. Throws `MalformedLine` for a damaged file. Polls:
 * notifications of file systems are not to be relied on across platforms and network disks.
 */
export async function* tailEvents(
  folder: string,
  options: { since?: number; signal?: AbortSignal; pollMs?: number } = {},
): AsyncGenerator<readonly RunEvent[], void> {
  const { since = -1, signal, pollMs = DEFAULT_POLL_MS } = options;
  const path = join(folder, EVENTS_FILE);
  let place: Place = { lines: new EventLines(since), mark: { offset: 0 }, last: since };
  let first = true;
  while (signal?.aborted !== true) {
    // Asked before reading: a holder that was gone then has written all there will be.
    const held = (await writerOfRun(folder)) !== undefined;
    const batch: RunEvent[] = [];
    place = await readFrom(path, place, (events) => batch.push(...events));
    if (first || batch.length > 0) yield batch;
    first = false;
    if (!held) return;
    await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** How far a reader is. */
interface Place {
  readonly lines: EventLines;
  readonly mark: ReadMark;
  /** `seq` of the last event that was handed on. */
  readonly last: number;
}

/**
 * Hands on what stands in the file after `place`, whole lines. Where the file is no continuation of what was read, it is
 * read again, and what was handed on is left out.
 */
async function readFrom(
  path: string,
  place: Place,
  use: (events: readonly RunEvent[]) => void,
): Promise<Place> {
  let file: FileHandle;
  try {
    file = await openRegular(path);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return place;
    throw thrown;
  }
  try {
    let { lines, mark, last } = place;
    if (!(await continues(file, mark))) {
      lines = new EventLines(last);
      mark = { offset: 0 };
    }
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let position = mark.offset; ;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, position);
      if (bytesRead === 0) return { lines, last, mark: await markAt(file, position - lines.dropRest()) };
      position += bytesRead;
      const events = lines.push(piece.subarray(0, bytesRead));
      use(events);
      last = events.at(-1)?.seq ?? last;
    }
  } finally {
    await file.close();
  }
}
