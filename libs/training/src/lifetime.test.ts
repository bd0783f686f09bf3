import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { runSpecDefaults, type RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { NEVER, Observable, concat, lastValueFrom, of, takeWhile } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { CommandQueue } from './commands/commands.js';
import { isSnapshot, type TrainingCommand, type TrainingItem } from './item.js';
import { train } from './train.js';

// A run releases what it holds, however its subscription ends: its program, and its subscription to commands.

const spec: RunSpec = {
  ...structuredClone(runSpecDefaults),
  name: 'small',
  task: { kind: 'modularAddition', p: 5 },
  data: { trainFraction: 0.6, splitSeed: 0, split: 'native' },
  model: { ...runSpecDefaults.model, dModel: 4, nHeads: 1, dHead: 4, dMlp: 4 },
  training: { steps: 1_000_000, batchSize: 'full', loss: 'crossEntropy' },
  observe: { metricsEvery: 10, progressEvery: 20, checkpointEvery: 30 },
};

/** An engine that counts the programs compiled and disposed. */
function counting(): { engine: Engine; compiled: () => number; disposed: () => number } {
  let compiled = 0;
  let disposed = 0;
  const inner = createReferenceEngine();
  const compile: Engine['compile'] = async (functions) => {
    const program = await inner.compile(functions);
    compiled++;
    return {
      write: (...args) => program.write(...args),
      read: (name) => program.read(name),
      run: (...args) => program.run(...args),
      dispose: async () => void disposed++,
    };
  };
  return {
    engine: {
      name: inner.name,
      precision: inner.precision,
      threads: inner.threads,
      relaxedSimd: inner.relaxedSimd,
      compile,
      dispose: () => inner.dispose(),
    },
    compiled: () => compiled,
    disposed: () => disposed,
  };
}

/** Trains until `isLast`, unsubscribes there, and reports whether program and commands were released. */
async function letGoAt(
  isLast: (item: TrainingItem) => boolean,
  commands: readonly TrainingCommand[],
): Promise<void> {
  const { engine, compiled, disposed } = counting();
  const dataset = createDataset(spec.task, spec.data);
  if (dataset._tag === 'Left') throw new Error('the test has a bad dataset');
  let listening = 0;
  const commands$ = new Observable<TrainingCommand>((subscriber) => {
    listening++;
    concat(of(...commands), NEVER).subscribe(subscriber);
    return () => void listening--;
  });
  const items$ = train(spec, { engine, dataset: dataset.right, runId: 'a', why: 'a test', commands$ });
  await lastValueFrom(items$.pipe(takeWhile((item) => !isLast(item))), { defaultValue: undefined });
  await vi.waitFor(() => expect(disposed()).toBe(1));
  expect(compiled()).toBe(1);
  expect(listening).toBe(0);
}

describe('a run that is unsubscribed', () => {
  const pause: TrainingCommand = { command: 'pause' };
  const moments: readonly (readonly [string, (item: TrainingItem) => boolean, readonly TrainingCommand[]])[] =
    [
      ['before it computes', ({ type }) => type === 'started', []],
      ['while it trains', (item) => item.type === 'metrics' && item.step === 20, []],
      ['at the command that pauses it', ({ type }) => type === 'command', [pause]],
      [
        'while it measures the weights it rests at',
        (item) => item.type === 'metrics' && item.step === 3,
        [{ command: 'step', n: 3 }],
      ],
      [
        'while it shows the weights it rests at',
        (item) => isSnapshot(item) && item.step === 3,
        [{ command: 'step', n: 3 }],
      ],
    ];

  it.each(moments)('%s disposes its program and hears no more commands', (_, isLast, commands) =>
    letGoAt(isLast, commands),
  );
});

describe('the queue of commands', () => {
  it('does not wait once it is closed, before or after', async () => {
    const closed = new CommandQueue(NEVER, () => {});
    closed.close();
    await closed.next();
    const open = new CommandQueue(NEVER, () => {});
    const waited = open.next();
    open.close();
    await waited;
  });
});
