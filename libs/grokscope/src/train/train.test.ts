import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { resolveRunSpec } from '@grokscope/experiments';
import type { RunSpec } from '@grokscope/schema';
import { isEvent, isSnapshot, type TrainingCommand, type TrainingItem } from '@grokscope/training';
import { firstValueFrom, lastValueFrom, Subject, take, tap, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { train, type TrainOptions } from './train.js';

// Real threads on the built files; small models.

const small = spec({ steps: 60 });

function spec({ steps, lr = 0.01 }: { steps: number; lr?: number }): RunSpec {
  const decoded = resolveRunSpec({
    name: 'small',
    task: { kind: 'modularAddition', p: 11 },
    data: { trainFraction: 0.6, split: 'native' },
    model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 24 },
    optimizer: { lr },
    training: { steps },
    observe: { metricsEvery: 10, progressEvery: 20, checkpointEvery: 30 },
  });
  if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
}

const run = (of: RunSpec, options: TrainOptions): Promise<TrainingItem[]> =>
  firstValueFrom(train(of, options).pipe(toArray()));

const finalBits = (items: readonly TrainingItem[]): string =>
  Buffer.concat(
    items
      .filter(isSnapshot)
      .at(-1)!
      .weights.map(({ data }) => Buffer.from(data.buffer)),
  ).toString('base64');

describe('train, in a worker thread', () => {
  it('streams the whole run and says which engine computed it and why', async () => {
    const items = await run(small, { engine: 'wasm', threads: 2 });
    const events = items.filter(isEvent);
    expect(events[0]).toMatchObject({ type: 'started', engine: 'wasm', threads: 2, why: 'asked for' });
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 60 });
  });

  it('gives the same bits for the same spec, engine and threads', async () => {
    const [first, second] = [await run(small, { threads: 2 }), await run(small, { threads: 2 })];
    expect(finalBits(first)).toBe(finalBits(second));
  });

  it('gives other bits for another seed', async () => {
    const other = { ...small, model: { ...small.model, seed: 1 } };
    expect(finalBits(await run(small, { threads: 1 }))).not.toBe(finalBits(await run(other, { threads: 1 })));
  });

  it('takes commands at step borders', async () => {
    const commands$ = new Subject<TrainingCommand>();
    const items = await firstValueFrom(
      train(spec({ steps: 1_000_000 }), { commands$, threads: 1 }).pipe(
        tap((item) => {
          if (item.type === 'metrics' && item.step === 50) commands$.next({ command: 'stop' });
        }),
        toArray(),
      ),
    );
    const stop = items.find((item) => item.type === 'command')!;
    expect(stop).toMatchObject({ command: 'stop' });
    expect(items.at(-1)).toMatchObject({
      type: 'ended',
      reason: 'stopped',
      step: (stop as { step: number }).step,
    });
  });

  it('ends its thread when unsubscribed', async () => {
    const started: Worker[] = [];
    const note = (message: unknown): void => void started.push((message as { worker: Worker }).worker);
    subscribe('worker_threads', note);
    const endless$ = train(spec({ steps: 1_000_000 }), { threads: 2 });
    const items = await firstValueFrom(endless$.pipe(take(4), toArray()));
    unsubscribe('worker_threads', note);
    expect(items).toHaveLength(4);
    expect(started).toHaveLength(1);
    // A thread that has ended has no id; one that still trains never gets there.
    await vi.waitFor(() => expect(started[0].threadId).toBe(-1), { timeout: 10_000 });
  });

  it('tells a user what is wrong with a task that has nothing to train on', async () => {
    const empty: RunSpec = { ...small, data: { ...small.data, trainFraction: 1e-9 } as RunSpec['data'] };
    await expect(lastValueFrom(train(empty))).rejects.toThrow(/trainFraction|train/);
  });
});

describe('the engines on whole models', () => {
  it('wasm and the float64 reference agree after sixty steps of a small model', async () => {
    const losses = async (engine: 'wasm' | 'reference') =>
      (await run(small, { engine, threads: 2 })).flatMap((i) => (i.type === 'metrics' ? [i.trainLoss!] : []));
    const [wasm, reference] = [await losses('wasm'), await losses('reference')];
    expect(wasm).toHaveLength(reference.length);
    wasm.forEach((loss, i) => expect(Math.abs(loss / reference[i] - 1)).toBeLessThan(1e-4));
  });
});
