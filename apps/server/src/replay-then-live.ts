import { Observable, Subscription, from } from 'rxjs';
import type { ObservableInput } from 'rxjs';

/** Something numbered without gaps. */
interface Numbered {
  readonly seq: number;
}

/** What a follower is told: an event, or that all that was there before is now told. */
export type Followed<T> =
  { readonly kind: 'event'; readonly event: T } | { readonly kind: 'caughtUp'; readonly seq: number };

/**
 * The stored events after `since`, then `caughtUp`, then the live ones: in order, each once, none missing.
 *
 * Listens to `live$` before it reads, so that what happens meanwhile is kept, and drops what both have. Should
 * a live event arrive out of line, the store is read again. Completes when `live$` has and everything stored
 * is told; errors where reading does or `live$` does.
 *
 * @param read gives the stored events after a seq; it is called once, and again for every gap
 */
export function replayThenLive<T extends Numbered>(
  read: (since: number) => ObservableInput<readonly T[]>,
  live$: Observable<T>,
  since: number,
): Observable<Followed<T>> {
  return new Observable((subscriber) => {
    const all = new Subscription();
    let last = since;
    let isReading = false;
    let isCaughtUp = false;
    let liveIsOver = false;
    let hasReadAfterLive = false;
    let waiting: T[] = [];

    const tell = (event: T): void => {
      if (event.seq <= last) return;
      last = event.seq;
      subscriber.next({ kind: 'event', event });
    };
    /** Tells what waits, as far as it is in line. */
    const goOn = (): void => {
      while (waiting.length > 0) {
        if (waiting[0]!.seq > last + 1) return readOn(true);
        tell(waiting.shift()!);
      }
      if (!liveIsOver) return;
      if (hasReadAfterLive) return subscriber.complete();
      // A process may have stored an ending that it could no longer tell.
      hasReadAfterLive = true;
      readOn(false);
    };
    const readOn = (isForGap: boolean): void => {
      isReading = true;
      const before = last;
      all.add(
        from(read(last)).subscribe({
          next: (events) => events.forEach(tell),
          error: (error) => subscriber.error(error),
          complete: () => {
            isReading = false;
            if (isForGap && last === before) {
              return subscriber.error(new Error(`event ${last + 1} is neither stored nor live`));
            }
            if (!isCaughtUp) subscriber.next({ kind: 'caughtUp', seq: last });
            isCaughtUp = true;
            goOn();
          },
        }),
      );
    };

    all.add(
      live$.subscribe({
        next: (event) => {
          waiting.push(event);
          if (!isReading && isCaughtUp) goOn();
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          liveIsOver = true;
          if (!isReading && isCaughtUp) goOn();
        },
      }),
    );
    readOn(false);
    return () => {
      all.unsubscribe();
      waiting = [];
    };
  });
}
