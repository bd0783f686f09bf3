import { preset } from '@grokscope/experiments';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LookWorker } from './look-client.js';
import { createLookClient } from './look-client.js';
import type { Looks } from './looks.js';
import { firstChoice } from './looks.js';
import type { Depth, FromLooker, LookOrder, ToLooker } from './protocol.js';

const spec = preset('quick-grok');
const order = (step: number, more: Partial<LookOrder> = {}): LookOrder => ({
  spec,
  weights: { step, tensors: [] },
  choice: firstChoice,
  isLive: true,
  ...more,
});
const chosen = (step: number): LookOrder => order(step, { isLive: false });

const harness = (startAfterMs = 0, depth: Depth = 'deep') => {
  const shown: number[] = [];
  const ids: number[] = [];
  const told: number[] = [];
  const busy: boolean[] = [];
  const failures: string[] = [];
  let starts = 0;
  let endings = 0;
  const worker: LookWorker = {
    postMessage: (message: ToLooker) => {
      told.push(message.order.weights.step);
      ids.push(message.id);
    },
    onmessage: null,
    onerror: null,
    terminate: () => void endings++,
  };
  const client = createLookClient({
    depth,
    rest: 9,
    mostRestMs: 2000,
    startAfterMs,
    onLooks: ({ analysis }) => shown.push(analysis?.step ?? -1),
    onBusy: (now) => busy.push(now),
    onFailed: (message) => failures.push(message),
    startWorker: () => {
      starts++;
      return worker;
    },
  });
  const say = (data: FromLooker) => worker.onmessage?.({ data } as MessageEvent<FromLooker>);
  /** The worker completes its oldest order. */
  const done = (tookMs: number): void => say({ type: 'done', id: ids.shift() ?? 0, tookMs });
  /** The worker replies to the n-th of its orders with a look at `step`. */
  const answer = (n: number, step: number): void => {
    const looks = { analysis: { step } } as Partial<Looks>;
    say({ type: 'looks', id: ids[n] ?? 0, looks });
  };
  return {
    shown,
    done,
    answer,
    told,
    busy,
    failures,
    client,
    say,
    worker,
    starts: () => starts,
    endings: () => endings,
  };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('looking in a worker', () => {
  it('starts with the first question', () => {
    const { client, starts, told } = harness();
    expect(starts()).toBe(0);
    client.ask(order(10), false);
    expect([starts(), told]).toEqual([1, [10]]);
  });

  it('takes a tenth of the time at most while a run goes on, and then the newest', () => {
    const { client, done, told } = harness();
    client.ask(order(10), false);
    client.ask(order(20), false);
    done(100);
    client.ask(order(30), false);
    vi.advanceTimersByTime(899);
    expect(told).toEqual([10]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([10, 30]);
  });

  it('waits with the first look if told to, unless someone asks', () => {
    const patient = harness(60_000);
    patient.client.ask(order(10), false);
    patient.client.ask(order(20), false);
    vi.advanceTimersByTime(60_000);
    expect(patient.told).toEqual([20]);
    const asked = harness(60_000);
    asked.client.ask(order(10), true);
    expect(asked.told).toEqual([10]);
  });

  it('lets no one wait who asks for a step: not for a rest, nor for a look under way', () => {
    const { client, done, told, busy } = harness();
    client.ask(order(10), false);
    done(1000);
    client.ask(order(20), true);
    client.ask(order(30), true);
    expect(told).toEqual([10, 20, 30]);
    done(5);
    expect(busy.at(-1)).toBe(true);
    done(5);
    expect(busy.at(-1)).toBe(false);
  });

  it('forgets what waited when something newer was asked for', () => {
    const { client, done, told } = harness();
    client.ask(order(10), false);
    client.ask(order(20), false);
    client.ask(order(30), true);
    done(1);
    done(1);
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([10, 30]);
  });

  it('rests a bounded time however long a look took, so that what is shown has a bounded age', () => {
    const { client, done, told } = harness();
    client.ask(order(10), false);
    done(60_000);
    client.ask(order(20), false);
    vi.advanceTimersByTime(2000);
    expect(told).toEqual([10, 20]);
  });

  it('shows no answer once something else was asked: not of another step, nor one from before', () => {
    const { client, done, answer, shown } = harness();
    client.ask(chosen(50), true);
    client.ask(chosen(1200), true);
    answer(0, 50);
    expect(shown).toEqual([]);
    answer(1, 1200);
    // The slow worker's remaining replies to the old question come last, and are ignored.
    answer(0, 50);
    done(4000);
    done(4000);
    expect(shown).toEqual([1200]);
  });

  it('shows of a run that moves what is known though it has gone on, and nothing of a saved step left behind', () => {
    const { client, answer, shown } = harness();
    client.ask(order(400), false);
    client.ask(order(410), false);
    answer(0, 400);
    expect(shown).toEqual([400]);
    client.ask(chosen(50), true);
    answer(0, 401);
    expect(shown).toEqual([400]);
    client.ask(order(700), true);
    answer(1, 50);
    expect(shown).toEqual([400]);
    answer(2, 700);
    expect(shown).toEqual([400, 700]);
  });

  it('drops the answer to another choice where the choice matters', () => {
    for (const [depth, kept] of [
      ['parts', []],
      ['deep', [10]],
    ] as const) {
      const { client, answer, shown } = harness(0, depth);
      client.ask(order(10), false);
      client.ask(order(10, { choice: { ...firstChoice, neuron: 7 } }), true);
      answer(0, 10);
      expect(shown).toEqual(kept);
    }
  });

  it('says when it cannot be loaded, and ends with its page', () => {
    const { client, failures, worker, endings } = harness();
    client.ask(order(10), false);
    worker.onerror?.({ message: '' } as ErrorEvent);
    expect(failures[0]).toContain('could not be loaded');
    client.close();
    expect(endings()).toBe(1);
  });
});
