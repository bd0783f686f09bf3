import type { Observable } from 'rxjs';
import { NEVER, Subject, lastValueFrom, map, of, share, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, vi } from 'vitest';
import type { LiveRun } from '../registry/live-run.js';
import type { RunFeed } from '../registry/run-feed.js';
import { TensorAtStep } from './tensor-at-step.js';
import { TensorHub } from './tensor-hub.js';
import { thinned, watchTensors } from './watch-tensors.js';

const at = (step: number, name = 'embed.W_E'): TensorAtStep =>
  new TensorAtStep('r', step, { name, shape: [1], data: Float32Array.of(step) });

/** a, b, c, d: one tensor at steps 0, 5, 10, 15; x, y: another at 5 and 10; s: these are the newest for now. */
const tensors = {
  ...{ a: at(0), b: at(5), c: at(10), d: at(15) },
  ...{ x: at(5, 'pos_embed.W_pos'), y: at(10, 'pos_embed.W_pos') },
};
const news = { ...tensors, s: 'settled' as const };

const both = ['embed.W_E', 'pos_embed.W_pos'];

type Helpers = Parameters<Parameters<TestScheduler['run']>[0]>[0];
const scheduled = (test: (helpers: Helpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

describe('thinned', () => {
  const check = (
    source: string,
    result: string,
    subscription: string,
    { until, error }: { readonly until?: string; readonly error?: unknown } = {},
  ): void =>
    scheduled(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source, news, error);
      expectObservable(source$.pipe(thinned(10)), until).toBe(result, news, error);
      expectSubscriptions(source$.subscriptions).toBe(subscription);
    });

  it('lets each tensor pass once in so many steps', () => check('abxcyd-', 'a-xc---', '^'));
  it('gives the newest left out once all have settled', () => check('abs', 'a-b', '^'));
  it('gives nothing twice when they settle', () => check('aacss', 'a-c--', '^'));
  it('gives the newest left out at the end, too', () => check('abx-|', 'a-x-(b|)', '^---!'));
  it('never ends where its source does not', () => check('-', '-', '^'));
  it('is empty where its source is', () => check('--|', '--|', '^-!'));
  it('passes an error on, without what was left out', () =>
    check('ab-#', 'a--#', '^--!', { error: new Error('a defect') }));
  it('lets go of its source when it is unsubscribed', () =>
    check('a--c--', 'a-----', '^-!', { until: '--!' }));
});

describe('a hub of tensors', () => {
  const hubOf = (tensors$: Observable<TensorAtStep>) => {
    const watch = vi.fn<LiveRun['watch']>();
    const batches$ = tensors$.pipe(
      map(({ step, tensor }) => ({ step, tensors: [tensor] })),
      share(),
    );
    return { hub: new TensorHub({ runId: 'r', tensors$: batches$, watch } as unknown as LiveRun), watch };
  };

  it('gives the named tensors as they come, and ends with the run', () =>
    scheduled(({ hot, expectObservable }) => {
      const { hub } = hubOf(hot('-axb-|', tensors));
      expectObservable(hub.watch(['embed.W_E'], 5), '^').toBe('-a-b-|', tensors);
    }));

  it('gives a later watcher the newest it knows at once, and asks for what any of them wants', () => {
    const tensors$ = new Subject<TensorAtStep>();
    const { hub, watch } = hubOf(tensors$);
    const first: TensorAtStep[] = [];
    const second: TensorAtStep[] = [];
    const one = hub.watch(['embed.W_E'], 10).subscribe((tensor) => first.push(tensor));
    for (const tensor of [tensors.a, tensors.x, tensors.b]) tensors$.next(tensor);
    const two = hub.watch(both, 5).subscribe((tensor) => second.push(tensor));
    expect(first).toEqual([tensors.a, tensors.b]);
    expect(second).toEqual([tensors.b, tensors.x]);
    expect(watch).toHaveBeenLastCalledWith(both, 5);
    two.unsubscribe();
    expect(watch).toHaveBeenLastCalledWith(['embed.W_E'], 10);
    one.unsubscribe();
    expect(watch).toHaveBeenLastCalledWith([], 1);
  });
});

describe('watched tensors', () => {
  const feedOf = (feed: Partial<RunFeed>): RunFeed => feed as RunFeed;
  const hub = (watched$: Observable<TensorAtStep>) => ({ hub: { watch: () => watched$ } }) as never;

  it('come from the process, thinned, the last one at its end, and then from checkpoints', () =>
    scheduled(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const live$ = cold('abd|', tensors);
      const feed = feedOf({
        owner$: hot('o---n-', { o: hub(live$), n: undefined }),
        events$: NEVER,
        newestCheckpoint: () => new Promise(() => undefined),
      });
      expectObservable(watchTensors(feed, ['embed.W_E'], 10)).toBe('a-d---', tensors);
      expectSubscriptions(live$.subscriptions).toBe('^--!');
    }));

  it('let go of the process when another has the run, and when they are unsubscribed', () =>
    scheduled(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const [live$, other$] = [cold('a-----', tensors), cold('-d----', tensors)];
      const feed = feedOf({ owner$: hot('o--p---', { o: hub(live$), p: hub(other$) }) });
      expectObservable(watchTensors(feed, ['embed.W_E'], 10), '-----!').toBe('a---d--', tensors);
      expectSubscriptions(live$.subscriptions).toBe('^--!');
      expectSubscriptions(other$.subscriptions).toBe('---^-!');
    }));

  it('are those of the newest checkpoint where there is no process, names it lacks left out', async () => {
    const feed = feedOf({
      owner$: of(undefined),
      events$: of(),
      newestCheckpoint: () => Promise.resolve(new Map([['embed.W_E', tensors.a]])),
      isOver: true,
    });
    await expect(lastValueFrom(watchTensors(feed, both, 10).pipe(toArray()))).resolves.toEqual([tensors.a]);
  });

  it('pass on that the run cannot be read', () =>
    scheduled(({ hot, expectObservable }) => {
      const feed = feedOf({ owner$: hot('--#', {}, 'gone') });
      expectObservable(watchTensors(feed, both, 10)).toBe('--#', {}, 'gone');
    }));
});
