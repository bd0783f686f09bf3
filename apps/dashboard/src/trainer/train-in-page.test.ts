import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunCommand } from '@grokscope/schema';
import { Subject } from 'rxjs';
import type { RunFact } from '../run/run-state.js';
import { createSavedWeights } from '../run/saved-weights.js';
import { ended, started } from '../testing/events.js';
import type { FromTrainer, ToTrainer } from './protocol.js';
import type { TrainerWorker } from './train-in-page.js';
import { trainInPage } from './train-in-page.js';

const order = { preset: 'quick-grok', set: ['task.p=31'] };

const harness = () => {
  const told: ToTrainer[] = [];
  const facts: RunFact[] = [];
  const commands = new Subject<RunCommand>();
  let endings = 0;
  const worker: TrainerWorker = {
    postMessage: (message) => told.push(message),
    onmessage: null,
    onerror: null,
    terminate: () => void endings++,
  };
  const saved = createSavedWeights(1000);
  const run$ = trainInPage({ runId: 'here', order, saved, commands$: commands, startWorker: () => worker });
  return {
    told,
    facts,
    commands,
    run$,
    saved,
    endings: () => endings,
    follow: () => run$.subscribe((fact) => facts.push(fact)),
    say: (data: FromTrainer) => worker.onmessage?.({ data } as MessageEvent<FromTrainer>),
    crash: (message: string) => worker.onerror?.({ message } as ErrorEvent),
  };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a run in the page', () => {
  it('starts when it is listened to, and ends with its listener', () => {
    const { told, commands, follow, endings } = harness();
    expect(told).toEqual([]);
    const subscription = follow();
    expect(told).toEqual([{ type: 'start', runId: 'here', order, showEvery: 10 }]);
    subscription.unsubscribe();
    expect(endings()).toBe(1);
    expect(commands.observed).toBe(false);
  });

  it('gives the facts of a run over a connection that is open', () => {
    const { facts, follow, say, endings } = harness();
    follow();
    say({ type: 'event', event: started() });
    say({ type: 'event', event: ended('completed', 10) });
    say({ type: 'done' });
    expect(facts).toEqual([
      { kind: 'connection', state: { status: 'open' } },
      { kind: 'caughtUp', seq: -1 },
      { kind: 'event', event: started() },
      { kind: 'event', event: ended('completed', 10) },
    ]);
    expect(endings()).toBe(1);
  });

  it('takes each tensor, and asks for the next after a rest', () => {
    const { told, facts, follow, say } = harness();
    follow();
    const data = new Float32Array(6);
    say({ type: 'tensors', step: 40, tensors: [{ name: 'embed.W_E', shape: [3, 2], data }] });
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(told[1]).toEqual({ type: 'taken' });
    expect(facts[2]).toEqual({
      kind: 'tensor',
      tensor: { runId: 'here', step: 40, name: 'embed.W_E', shape: [3, 2], data },
    });
  });

  it('keeps the weights of checkpoints, and says of which steps', () => {
    const { facts, follow, say, saved } = harness();
    follow();
    const tensor = (value: number) => ({ name: 'w', shape: [1], data: Float32Array.of(value) });
    say({ type: 'saved', step: 50, tensors: [tensor(1)] });
    say({ type: 'saved', step: 100, tensors: [tensor(2)] });
    expect(facts.slice(2)).toEqual([
      { kind: 'kept', steps: [50] },
      { kind: 'kept', steps: [50, 100] },
    ]);
    expect(saved.get(50)?.tensors).toEqual([tensor(1)]);
  });

  it('hands commands to the trainer', () => {
    const { told, commands, follow } = harness();
    follow();
    commands.next({ command: 'pause' });
    expect(told[1]).toEqual({ type: 'command', command: { command: 'pause' } });
  });

  it('a trainer that fails or cannot be loaded is a fact, and is over', () => {
    const failing = harness();
    failing.follow();
    failing.say({ type: 'failed', failure: { _tag: 'NoEngine', message: 'no SIMD' } });
    expect(failing.facts[2]).toEqual({ kind: 'failed', failure: { _tag: 'NoEngine', message: 'no SIMD' } });
    expect(failing.endings()).toBe(1);
    const missing = harness();
    missing.follow();
    missing.crash('');
    expect(missing.facts[2]).toMatchObject({
      kind: 'failed',
      failure: { _tag: 'Broken', message: expect.stringContaining('could not be loaded') as string },
    });
  });
});
