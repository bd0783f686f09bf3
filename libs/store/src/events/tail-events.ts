import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '@grokscope/schema';
import { EventCursor } from './event-cursor.js';
import { writerOfRun } from '../run/held.js';
import { eventPages } from './read-events.js';

const DEFAULT_POLL_MS = 200;

/**
 * Follows the events of the run in `folder`, whichever process writes them: first those already there after `since`,
 * then the new ones, each once and in order.
 *
 * Yields one batch per look at the file. The first batch holds everything that was there, even if that is nothing, and
 * so marks the reader as caught up. Finishes when `signal` aborts, or once no process holds the run and everything
 * written has been read. Throws `MalformedLine` for a damaged file. Polls, because file system notifications are not
 * reliable across platforms and network disks.
 */
export async function* tailEvents(
  folder: string,
  options: { since?: number; signal?: AbortSignal; pollMs?: number } = {},
): AsyncGenerator<readonly RunEvent[], void> {
  const { since = -1, signal, pollMs = DEFAULT_POLL_MS } = options;
  const cursor = new EventCursor(folder);
  let first = true;
  while (signal?.aborted !== true) {
    // Checked before reading: if the holder is gone by then, it has written all there will be.
    const held = (await writerOfRun(folder)) !== undefined;
    const batch: RunEvent[] = [];
    for await (const page of eventPages(cursor, since)) for (const event of page) batch.push(event);
    if (first || batch.length > 0) yield batch;
    first = false;
    if (!held) return;
    await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
