import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { SweepEvent } from './sweep-events.js';
import { runSummaries } from './sweep.js';

const event = (type: SweepEvent['type'], more: object = {}): SweepEvent => ({ type, ...more }) as SweepEvent;
/** b: the sweep begins, s: a run starts, p: it progresses, r, q: runs end, e: the sweep ends. */
const events = {
  b: event('sweepStarted'),
  s: event('runStarted'),
  p: event('runProgress'),
  r: event('runEnded', { runId: 'r' }),
  q: event('runEnded', { runId: 'q' }),
  e: event('sweepEnded'),
};

const check = (
  source: string,
  result: string,
  subscription: string,
  unsubscribed?: string,
  error?: unknown,
): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<SweepEvent>(source, events, error);
      expectObservable(source$.pipe(runSummaries()), unsubscribed).toBe(result, events, error);
      expectSubscriptions(source$.subscriptions).toBe(subscription);
    },
  );

describe('runSummaries', () => {
  it('are the runs as they end, each once', () => check('bsprsq-e|', '---r-q--|', '^-------!'));
  it('never end where the sweep does not', () => check('bs-', '---', '^'));
  it('are none of an empty sweep', () => check('--|', '--|', '^-!'));
  it('pass an error on', () => check('br#', '-r#', '^-!', undefined, new Error('a defect')));
  it('let go of the sweep when they are unsubscribed', () => check('bsrq---', '--r----', '^--!', '---!'));
});
