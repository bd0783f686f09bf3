import * as E from 'fp-ts/lib/Either.js';
import { Observable, defer, from } from 'rxjs';
import type { RunEvent } from '@grokscope/schema';
import type { RunReader } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';
import type { OwnRun } from './registry.js';
import type { Followed } from './replay-then-live.js';
import { replayThenLive } from './replay-then-live.js';

/**
 * The events of a run after `since`, `caughtUp` once those already stored are told, then the new ones: from its
 * process where this server started it, else from its file as it grows. Completes when the run's process is
 * gone; errors where the file cannot be read.
 */
export function followRun(
  reader: RunReader,
  own: OwnRun | undefined,
  since: number,
): Observable<Followed<RunEvent>> {
  if (own === undefined) return followFile(reader, since);
  const read = (after: number): Observable<readonly RunEvent[]> =>
    defer(async () => {
      const events = await reader.readEvents(after)();
      if (E.isLeft(events)) throw new Error(describeStoreError(events.left));
      return events.right;
    });
  return replayThenLive(read, own.run.events$, since);
}

/** `tailEvents` as an Observable; its first batch is what was there. */
function followFile(reader: RunReader, since: number): Observable<Followed<RunEvent>> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    let last = since;
    let isCaughtUp = false;
    const batches$ = from(reader.tailEvents({ since, signal: abort.signal }));
    const reading = batches$.subscribe({
      next: (events) => {
        for (const event of events) {
          last = event.seq;
          subscriber.next({ kind: 'event', event });
        }
        if (!isCaughtUp) subscriber.next({ kind: 'caughtUp', seq: last });
        isCaughtUp = true;
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    return () => {
      abort.abort();
      reading.unsubscribe();
    };
  });
}
