import { TestScheduler } from 'rxjs/testing';
import { EMPTY, NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Followed } from './replay-then-live.js';
import { replayThenLive } from './replay-then-live.js';

type Event = { readonly seq: number };
type Helpers = Parameters<Parameters<TestScheduler['run']>[0]>[0];

const scheduled = (test: (helpers: Helpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

/** Digits are events; `u` is `caughtUp` after 2, `f` after 4, `n` after nothing. */
const live: Record<string, Event> = {};
const told: Record<string, Followed<Event>> = {
  u: { kind: 'caughtUp', seq: 2 },
  f: { kind: 'caughtUp', seq: 4 },
  n: { kind: 'caughtUp', seq: -1 },
};
for (let seq = 0; seq < 10; seq++) {
  live[seq] = { seq };
  told[seq] = { kind: 'event', event: { seq } };
}
/** The stored events 0 … last, after `since`. */
const stored = (last: number, since: number): Event[] =>
  Array.from({ length: last + 1 }, (_, seq) => ({ seq })).filter(({ seq }) => seq > since);

describe('replay, then live', () => {
  it('tells the stored events, that they are told, and then the live ones', () => {
    scheduled(({ hot, expectObservable, expectSubscriptions }) => {
      const live$ = hot('-------3--4-', live);
      const result$ = replayThenLive((since) => of(stored(2, since)), live$, -1);
      expectObservable(result$, '^----------!').toBe('(012u)-3--4-', told);
      expectSubscriptions(live$.subscriptions).toBe('^----------!');
    });
  });

  it('keeps what happens while it reads, and drops what both have', () => {
    scheduled(({ cold, hot, expectObservable }) => {
      const live$ = hot('-3-4-5', live);
      const result$ = replayThenLive(() => cold('---------(r|)', { r: stored(4, -1) }), live$, -1);
      expectObservable(result$, '^------------!').toBe('---------(01234f5)', told);
    });
  });

  it('starts after the seq it is given', () => {
    scheduled(({ hot, expectObservable }) => {
      const result$ = replayThenLive((since) => of(stored(2, since)), hot('-----3', live), 1);
      expectObservable(result$, '^------!').toBe('(2u)-3', told);
    });
  });

  it('reads again where a live event is out of line', () => {
    scheduled(({ hot, expectObservable }) => {
      const reads: number[] = [];
      const read = (since: number) => {
        reads.push(since);
        return of(stored(reads.length === 1 ? 2 : 5, since));
      };
      const result$ = replayThenLive(read, hot('------5----6', live), -1);
      expectObservable(result$, '^------------!').toBe('(012u)(345)6', told);
    });
  });

  it('errors where what is missing is not stored either', () => {
    scheduled(({ hot, expectObservable }) => {
      const result$ = replayThenLive((since) => of(stored(2, since)), hot('-------5', live), -1);
      expectObservable(result$).toBe('(012u)-#', told, new Error('event 3 is neither stored nor live'));
    });
  });

  it('completes with the live events, once what was stored without being told is read', () => {
    scheduled(({ hot, expectObservable }) => {
      let last = 2;
      const read = (since: number) => of(stored(last, since));
      const live$ = hot('-------3--|', live);
      live$.subscribe({ complete: () => (last = 4) });
      expectObservable(replayThenLive(read, live$, -1)).toBe('(012u)-3--(4|)', told);
    });
  });

  it('tells a finished run and completes', () => {
    scheduled(({ expectObservable }) => {
      expectObservable(replayThenLive((since) => of(stored(2, since)), EMPTY, -1)).toBe('(012u|)', told);
      expectObservable(replayThenLive(() => of([]), EMPTY, -1)).toBe('(n|)', told);
    });
  });

  it('says that it is caught up where there is nothing yet', () => {
    scheduled(({ expectObservable }) => {
      expectObservable(
        replayThenLive(() => of([]), NEVER, -1),
        '^---!',
      ).toBe('n', told);
    });
  });

  it('errors where reading or living does', () => {
    scheduled(({ cold, expectObservable, expectSubscriptions }) => {
      const broken = new Error('disk');
      expectObservable(replayThenLive(() => throwError(() => broken), NEVER, -1)).toBe('#', told, broken);
      const live$ = cold<Event>('--#', live, broken);
      expectObservable(replayThenLive(() => NEVER, live$, -1)).toBe('--#', told, broken);
      expectSubscriptions(live$.subscriptions).toBe('^-!');
    });
  });

  it('stops listening and reading when unsubscribed', () => {
    scheduled(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const read$ = cold<Event[]>('------(r|)', { r: stored(2, -1) });
      const live$ = hot<Event>('-3-4', live);
      expectObservable(
        replayThenLive(() => read$, live$, -1),
        '^---!',
      ).toBe('-----', told);
      expectSubscriptions(read$.subscriptions).toBe('^---!');
      expectSubscriptions(live$.subscriptions).toBe('^---!');
    });
  });
});
