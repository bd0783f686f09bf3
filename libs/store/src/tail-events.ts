import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '@grokscope/schema';
import { errorCode } from './errors.js';
import { EventLines } from './event-lines.js';
import { writerOfRun } from './held.js';
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
  const lines = new EventLines(since);
  const path = join(folder, EVENTS_FILE);
  let offset = 0;
  let first = true;
  while (signal?.aborted !== true) {
    // Asked before reading: a holder that was gone then has written all there will be.
    const held = (await writerOfRun(folder)) !== undefined;
    const batch: RunEvent[] = [];
    offset = await readFrom(path, offset, (piece) => {
      for (const event of lines.push(piece)) batch.push(event);
    });
    offset -= lines.dropRest();
    if (first || batch.length > 0) yield batch;
    first = false;
    if (!held) return;
    await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** Hands on what stands in the file from `offset` and answers the new offset. */
async function readFrom(path: string, offset: number, use: (piece: Uint8Array) => void): Promise<number> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return offset;
    throw thrown;
  }
  try {
    let position = offset;
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, position);
      if (bytesRead === 0) return position;
      use(Buffer.from(piece.subarray(0, bytesRead)));
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}
