import { preset } from '@grokscope/experiments';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LookWorker } from './look-client.js';
import { createLookClient } from './look-client.js';
import { firstChoice } from './looks.js';
import type { FromLooker, ToLooker } from './protocol.js';

const order = (step: number) => ({
  spec: preset('quick-grok'),
  weights: { step, tensors: [] },
  choice: firstChoice,
});

const harness = (startAfterMs = 0) => {
  const told: number[] = [];
  const busy: boolean[] = [];
  const failures: string[] = [];
  let starts = 0;
  let endings = 0;
  const worker: LookWorker = {
    postMessage: (message: ToLooker) => told.push(message.order.weights.step),
    onmessage: null,
    onerror: null,
    terminate: () => void endings++,
  };
  const client = createLookClient({
    depth: 'deep',
    rest: 9,
    startAfterMs,
    onLooks: () => undefined,
    onBusy: (now) => busy.push(now),
    onFailed: (message) => failures.push(message),
    startWorker: () => {
      starts++;
      return worker;
    },
  });
  const say = (data: FromLooker) => worker.onmessage?.({ data } as MessageEvent<FromLooker>);
  return { told, busy, failures, client, say, worker, starts: () => starts, endings: () => endings };
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
    const { client, say, told } = harness();
    client.ask(order(10), false);
    client.ask(order(20), false);
    say({ type: 'done', tookMs: 100 });
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
    const { client, say, told, busy } = harness();
    client.ask(order(10), false);
    say({ type: 'done', tookMs: 1000 });
    client.ask(order(20), true);
    client.ask(order(30), true);
    expect(told).toEqual([10, 20, 30]);
    say({ type: 'done', tookMs: 5 });
    expect(busy.at(-1)).toBe(true);
    say({ type: 'done', tookMs: 5 });
    expect(busy.at(-1)).toBe(false);
  });

  it('forgets what waited when something newer was asked for', () => {
    const { client, say, told } = harness();
    client.ask(order(10), false);
    client.ask(order(20), false);
    client.ask(order(30), true);
    say({ type: 'done', tookMs: 1 });
    say({ type: 'done', tookMs: 1 });
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([10, 30]);
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
