import { createReferenceEngine } from '@grokscope/engine';
import { runSpecDefaults, type RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { firstValueFrom, lastValueFrom, Subject, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { isEvent, isSnapshot, type TrainingCommand } from './item.js';
import { metrics, untilGeneralized } from './operators/operators.js';
import { train } from './train.js';
import type { TrainDeps } from './train-deps.js';

const spec: RunSpec = {
  ...structuredClone(runSpecDefaults),
  name: 'small',
  task: { kind: 'modularAddition', p: 5 },
  data: { trainFraction: 0.6, splitSeed: 0, split: 'native' },
  model: { ...runSpecDefaults.model, dModel: 8, nHeads: 2, dHead: 4, dMlp: 12 },
  optimizer: { ...runSpecDefaults.optimizer, betas: [0.9, 0.98], lr: 0.01 },
  training: { steps: 40, batchSize: 'full', loss: 'crossEntropy' },
  observe: { metricsEvery: 10, progressEvery: 20, checkpointEvery: 30 },
};

function deps(more: Partial<TrainDeps> = {}, of = spec): TrainDeps {
  const dataset = createDataset(of.task, of.data);
  if (dataset._tag === 'Left') throw new Error('the test has a bad dataset');
  return { engine: createReferenceEngine(), dataset: dataset.right, runId: 'test', why: 'a test', ...more };
}

const run = (of: RunSpec, more: Partial<TrainDeps> = {}) =>
  firstValueFrom(train(of, deps(more, of)).pipe(toArray()));

describe('a training run', () => {
  it('emits started first, metrics at their steps, and ended last, numbered without gaps', async () => {
    const items = await run(spec);
    const events = items.filter(isEvent);
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i));
    const types = events.map((e) => e.type).filter((type) => type !== 'progress' && type !== 'phase');
    expect(types).toEqual(['started', ...Array<string>(5).fill('metrics'), 'ended']);
    expect(events.flatMap((e) => (e.type === 'metrics' ? [e.step] : []))).toEqual([0, 10, 20, 30, 40]);
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 40 });
  });

  it('has no accuracy once it has diverged: no number is the largest', async () => {
    const wild: RunSpec = { ...spec, optimizer: { ...spec.optimizer, lr: 1e200 } };
    const events = (await run(wild)).filter(isEvent);
    const last = events.findLast((event) => event.type === 'metrics')!;
    expect(last).toMatchObject({ trainLoss: null, trainAccuracy: null, testLoss: null, testAccuracy: null });
    for (const event of events)
      if (event.type === 'progress' && event.step === last.step)
        for (const share of Object.values(event.accuracy ?? {})) expect(share).toBeNull();
    expect(events.at(-1)).toMatchObject({ reason: 'diverged', finalTestLoss: null, finalTestAccuracy: null });
  });

  it('emits snapshots to look at, to keep, and a final one before the end', async () => {
    const items = await run(spec);
    const seen = items.filter(isSnapshot).map(({ step, purpose }) => `${purpose} ${step}`);
    expect(seen).toEqual(['observe 0', 'observe 20', 'checkpoint 30', 'final 40']);
    const after = items.slice(items.findLastIndex(isSnapshot) + 1).map(({ type }) => type);
    expect(after.at(-1)).toBe('ended');
    expect(after.filter((type) => type !== 'progress' && type !== 'phase')).toEqual(['ended']);
  });

  it('emits snapshots as often as asked, however long its chunks of steps', async () => {
    const seldom: RunSpec = {
      ...spec,
      training: { ...spec.training, steps: 200 },
      observe: { metricsEvery: 200, progressEvery: 200, checkpointEvery: 200 },
    };
    const items = await run(seldom, { snapshotEvery: 7 });
    const steps = items.filter(isSnapshot).map(({ step }) => step);
    expect(steps).toEqual([...Array.from({ length: 29 }, (_, i) => 7 * i), 200]);
  });

  it('starts at the loss of a guess and learns', async () => {
    const longer: RunSpec = { ...spec, training: { ...spec.training, steps: 150 } };
    const found = (await run(longer)).flatMap((item) => (item.type === 'metrics' ? [item] : []));
    expect(found[0].trainLoss).toBeCloseTo(Math.log(6), 0);
    expect(found.at(-1)!.trainLoss!).toBeLessThan(found[0].trainLoss! / 3);
  });

  it('is cold: every subscription is a run of its own, and the same seed gives the same numbers', async () => {
    const run$ = train(spec, deps()).pipe(metrics(), toArray());
    const [first, second] = await Promise.all([lastValueFrom(run$), lastValueFrom(run$)]);
    const losses = (list: typeof first) => list.map((m) => [m.trainLoss, m.testLoss, m.sumSquaredWeights]);
    expect(losses(first)).toEqual(losses(second));
  });

  it('stops computing when unsubscribed', async () => {
    let disposed = 0;
    const engine = createReferenceEngine();
    const compile: typeof engine.compile = async (functions) => {
      const program = await engine.compile(functions);
      return { ...program, dispose: async () => void disposed++ };
    };
    await firstValueFrom(train(spec, deps({ engine: { ...engine, compile } })).pipe(take(3), toArray()));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(disposed).toBe(1);
  });

  it('pauses, makes single steps, changes settings and stops at the steps it says', async () => {
    const commands$ = new Subject<TrainingCommand>();
    const long: RunSpec = { ...spec, training: { ...spec.training, steps: 1_000_000 } };
    const script: TrainingCommand[] = [
      { command: 'step', n: 3 },
      { command: 'set', path: 'optimizer.lr', value: 0.5 },
      { command: 'stop' },
    ];
    const items = await firstValueFrom(
      train(long, deps({ commands$ }, long)).pipe(
        tap((item) => {
          if (item.type === 'metrics' && item.step === 20) commands$.next({ command: 'pause' });
          if (item.type !== 'command') return;
          const next = script.shift();
          // Later than the event, as a person's would be.
          if (next) setTimeout(() => commands$.next(next), 20);
        }),
        toArray(),
      ),
    );
    const commands = items.flatMap((item) => (item.type === 'command' ? [item] : []));
    const [pause, step, set, stop] = commands;
    expect(commands.map((c) => c.command)).toEqual(['pause', 'step', 'set', 'stop']);
    expect(step).toMatchObject({ step: pause.step, n: 3 });
    expect(set).toMatchObject({ step: pause.step + 3, path: 'optimizer.lr', value: 0.5 });
    expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'stopped', step: stop.step });
    expect(commands$.observed).toBe(false);
    // Wherever it rests, the weights of that step are measured and shown.
    for (const { step: rest } of [pause, set]) {
      expect(items.some((item) => item.type === 'metrics' && item.step === rest)).toBe(true);
      expect(items.some((item) => isSnapshot(item) && item.step === rest)).toBe(true);
    }
  });

  it('ends at the condition of stopWhen', async () => {
    const until: RunSpec = { ...spec, training: { ...spec.training, stopWhen: { testAccuracy: 0.05 } } };
    const items = await run(until);
    expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'stopConditionMet' });
    expect((items.at(-1) as { step: number }).step).toBeLessThan(40);
  });

  it('ends as diverged, with nulls for what is not finite', async () => {
    const wild: RunSpec = { ...spec, optimizer: { ...spec.optimizer, lr: 1e200 } };
    const items = await run(wild);
    expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'diverged', finalTrainLoss: null });
  });

  it('untilGeneralized passes the metrics that meet it and ends the run', async () => {
    const items = await lastValueFrom(
      train(spec, deps()).pipe(untilGeneralized({ accuracy: 0.01 }), toArray()),
    );
    expect(items.at(-1)).toMatchObject({ type: 'metrics' });
    expect(items.some((item) => item.type === 'ended')).toBe(false);
  });
});
