import { describe, expect, it } from 'vitest';
import { Subject, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { coalesce, type NextFrame } from './coalesce.js';
import type { RunFact } from '../run/run-state.js';

const caughtUp = (seq: number): RunFact => ({ kind: 'caughtUp', seq });
const tensor = (step: number, name = 'embed.W_E'): RunFact => ({
  kind: 'tensor',
  tensor: { runId: 'r', step, name, shape: [1], data: new Float32Array(1) },
});

const harness = () => {
  const source$ = new Subject<RunFact>();
  const batches: (readonly RunFact[])[] = [];
  let frames: (() => void)[] = [];
  const subscription = source$
    .pipe(
      coalesce((callback) => {
        frames.push(callback);
        return () => (frames = frames.filter((other) => other !== callback));
      }),
    )
    .subscribe((batch) => batches.push(batch));
  return {
    source$,
    batches,
    subscription,
    pending: () => frames.length,
    frame: () => {
      const due = frames;
      frames = [];
      for (const callback of due) callback();
    },
  };
};

describe('coalesce', () => {
  it('hands facts on together, once per frame, in order', () => {
    const page = harness();
    page.source$.next(caughtUp(1));
    page.source$.next(caughtUp(2));
    expect(page.batches).toEqual([]);
    page.frame();
    expect(page.batches).toEqual([[caughtUp(1), caughtUp(2)]]);
  });

  it('asks for no frame while nothing happens', () => {
    const page = harness();
    page.source$.next(caughtUp(1));
    page.frame();
    expect(page.pending()).toBe(0);
  });

  it('keeps only the latest tensor of a name, and every other fact', () => {
    const page = harness();
    for (const fact of [tensor(1), caughtUp(1), tensor(2, 'other'), tensor(3)]) page.source$.next(fact);
    page.frame();
    expect(page.batches).toEqual([[caughtUp(1), tensor(2, 'other'), tensor(3)]]);
  });

  it('hands on the rest when the source completes, and cancels its frame when unsubscribed', () => {
    const ending = harness();
    ending.source$.next(caughtUp(1));
    ending.source$.complete();
    expect(ending.batches).toEqual([[caughtUp(1)]]);
    const left = harness();
    left.source$.next(caughtUp(1));
    left.subscription.unsubscribe();
    expect(left.pending()).toBe(0);
    expect(left.batches).toEqual([]);
  });
});

describe('coalesce, in time', () => {
  const FRAME = 3;
  /** A frame comes three frames of virtual time after it was asked for. */
  const nextFrame: NextFrame = (callback) => {
    const frame = timer(FRAME).subscribe(callback);
    return () => frame.unsubscribe();
  };
  const facts = { a: caughtUp(1), b: caughtUp(2), t: tensor(1), u: tensor(2) };
  const batches = { A: [facts.a], C: [facts.a, facts.b], U: [facts.a, facts.u] };

  const check = (
    source: string,
    result: string,
    subscription: string,
    { until, error }: { readonly until?: string; readonly error?: unknown } = {},
  ): void =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold(source, facts, error);
        expectObservable(source$.pipe(coalesce(nextFrame)), until).toBe(result, batches, error);
        expectSubscriptions(source$.subscriptions).toBe(subscription);
      },
    );

  it('emits what came since a frame was asked for, once', () => check('ab---a----', '---C----A-', '^'));
  it('replaces a tensor by a newer one of its name', () => check('tau-', '---U', '^'));
  it('never emits or ends where its source does not', () => check('-', '-', '^'));
  it('is empty where its source is', () => check('--|', '--|', '^-!'));
  it('emits the rest before it completes', () => check('ab|', '--(C|)', '^-!'));
  it('emits the rest before it passes an error on', () =>
    check('a#', '-(A#)', '^!', { error: new Error('a defect') }));
  it('lets go of its source and its frame when it is unsubscribed', () =>
    check('a----b', '------', '^-!', { until: '--!' }));
});
