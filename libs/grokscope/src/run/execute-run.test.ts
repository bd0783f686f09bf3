import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import { NEVER, Subject, concat, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent, RunSpec } from '@grokscope/schema';
import { decodeRunSpec } from '@grokscope/parts';
import { decodeRunEvent } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { Snapshot, TrainingCommand, TrainingItem } from '@grokscope/training';
import type { ExecuteRunOptions } from './execute-options.js';
import { executeRun } from './execute-run.js';
import { interruptOnAbort } from './interrupt-on-abort.js';
import type { TrainOptions } from '../train/train.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const RUN_ID = 'tiny-1';
const spec: RunSpec = right(
  decodeRunSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 }, training: { steps: 20 } }),
);

// Numbers as the training stream emits them: its own, which the recorder replaces.
const own = { runId: 'inner', seq: 7, time: '2000-01-01T00:00:00.000Z' };
const started: RunEvent = {
  type: 'started',
  ...own,
  spec,
  engine: 'reference',
  threads: 1,
  relaxedSimd: false,
  parameterCount: 2,
  why: 'a test',
};
const metrics = (step: number, trainLoss: number | null = 1): RunEvent => ({
  type: 'metrics',
  ...own,
  step,
  trainLoss,
  testLoss: 2,
  trainAccuracy: 1,
  testAccuracy: 0,
  sumSquaredWeights: 3,
  stepsPerSecond: 4,
});
const snapshot = (step: number, purpose: Snapshot['purpose']): Snapshot => ({
  type: 'snapshot',
  runId: 'inner',
  step,
  purpose,
  weights: [{ name: 'embed.W_E', shape: [2], data: Float32Array.of(step, 1) }],
  ...(purpose === 'observe'
    ? {}
    : { optimizer: [{ name: 'embed.W_E.m', shape: [2], data: Float32Array.of(0, 0) }] }),
});
const ended = (reason: 'completed' | 'interrupted', step: number): RunEvent => ({
  type: 'ended',
  ...own,
  reason,
  step,
  elapsedMs: 5,
  stepsPerSecond: 9,
  stepMemorized: 0,
  stepGeneralized: null,
  finalTrainLoss: 1,
  finalTestLoss: 2,
  finalTestAccuracy: 0,
  message: null,
});

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-run-'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const execute = (items$: Observable<TrainingItem>, options: Partial<ExecuteRunOptions> = {}) =>
  executeRun(spec, { runsDir, runId: RUN_ID, ...options }, { train: () => items$ })();

const stored = async (): Promise<readonly RunEvent[]> =>
  right(await right(await openRun(runsDir, RUN_ID)()).readEvents()());

const wholeRun = [
  started,
  metrics(0),
  snapshot(0, 'observe'),
  snapshot(10, 'checkpoint'),
  metrics(20),
  snapshot(20, 'final'),
  ended('completed', 20),
];

describe('executing a run', () => {
  it('stores its events numbered without gaps, a checkpoint event after each file, ended last', async () => {
    const told: string[] = [];
    const ending = right(
      await execute(of(...wholeRun), {
        onItem: (item) =>
          told.push(item.type === 'snapshot' ? `snapshot ${item.step}` : `${item.seq} ${item.type}`),
      }),
    );
    const events = await stored();
    expect(events.map(({ type }) => type)).toEqual([
      'started',
      'metrics',
      'checkpoint',
      'metrics',
      'checkpoint',
      'ended',
    ]);
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(events.every(({ runId }) => runId === RUN_ID)).toBe(true);
    for (const event of events) expect(E.isRight(decodeRunEvent(event))).toBe(true);
    expect(ending).toEqual(events.at(-1));
    expect(told).toEqual([
      '0 started',
      '1 metrics',
      'snapshot 0',
      'snapshot 10',
      '2 checkpoint',
      '3 metrics',
      'snapshot 20',
      '4 checkpoint',
      '5 ended',
    ]);
  });

  it('writes the weights with their optimizer state', async () => {
    right(await execute(of(...wholeRun)));
    const run = right(await openRun(runsDir, RUN_ID)());
    expect(right(await run.checkpointSteps()())).toEqual([10, 20]);
    const { tensors, path } = right(await run.readCheckpoint('newest')());
    expect(tensors['embed.W_E']?.data).toEqual(Float32Array.of(20, 1));
    expect((await readFile(path.replace('.safetensors', '.optimizer.safetensors'))).length).toBeGreaterThan(
      0,
    );
  });

  it('says in the metadata of weights what shaped them beside the spec, and nothing where nothing did', async () => {
    const change = { type: 'command', ...own, step: 10, command: 'set', path: 'optimizer.lr', value: 0.5 };
    const provenanceAt = async (step: number): Promise<unknown> => {
      const { metadata } = right(await right(await openRun(runsDir, RUN_ID)()).readCheckpoint(step)());
      return metadata['provenance'] && JSON.parse(metadata['provenance']);
    };
    const changed = wholeRun.toSpliced(4, 0, change as RunEvent);
    const initial = { path: 'w.safetensors', weights: [...snapshot(3, 'observe').weights] };
    right(await execute(of(...changed)));
    const changes = [{ step: 10, path: 'optimizer.lr', value: 0.5 }];
    expect(await provenanceAt(10)).toBeUndefined();
    expect(await provenanceAt(20)).toEqual({ initialWeights: null, rewrites: true, changes });
    await rm(runsDir, { recursive: true });
    right(await execute(of(...changed), { initial, rewrites: false }));
    const sum = { initialWeights: expect.stringMatching(/^[0-9a-f]{64}$/) as string, rewrites: false };
    expect(await provenanceAt(10)).toEqual({ ...sum, changes: [] });
    expect(await provenanceAt(20)).toEqual({ ...sum, changes });
  });

  it('has written the file before it tells of the checkpoint', async () => {
    const sizes: Promise<number>[] = [];
    right(
      await execute(of(...wholeRun), {
        onItem: (item) => {
          if (item.type === 'checkpoint') sizes.push(readFile(item.path).then(({ length }) => length));
        },
      }),
    );
    expect(await Promise.all(sizes)).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it('stores no event of a type that no reader knows: the run fails and says so, with what is stored kept', async () => {
    const foreign = { type: 'effectiveRank', ...own, step: 10, value: 3 } as unknown as RunEvent;
    const ending = right(await execute(of(started, metrics(0), foreign, ...wholeRun.slice(4))));
    const words = 'an event of the type "effectiveRank", which is none of a run';
    expect(ending).toMatchObject({ reason: 'failed', message: expect.stringContaining(words) as string });
    expect((await stored()).map(({ type }) => type)).toEqual(['started', 'metrics', 'ended']);
    for (const event of await stored()) expect(E.isRight(decodeRunEvent(event))).toBe(true);
  });

  it('keeps what a fact says beyond what is known of its type', async () => {
    const ofOnesOwn = {
      type: 'progress',
      ...own,
      step: 10,
      precision: 'float64',
      effectiveRank: 3,
    } as unknown;
    right(await execute(of(started, ofOnesOwn as RunEvent, ended('completed', 20))));
    expect((await stored())[1]).toMatchObject({ type: 'progress', effectiveRank: 3 });
  });

  it('writes one file where the last checkpoint and the end fall together', async () => {
    right(
      await execute(of(started, snapshot(20, 'checkpoint'), snapshot(20, 'final'), ended('completed', 20))),
    );
    expect((await stored()).map(({ type }) => type)).toEqual(['started', 'checkpoint', 'ended']);
  });

  it('stores numbers that are not finite as null, and tells them so', async () => {
    const told: unknown[] = [];
    const onItem = (item: TrainingItem) => item.type === 'metrics' && told.push(item.trainLoss);
    right(await execute(of(started, metrics(0, Infinity), ended('completed', 0)), { onItem }));
    expect(told).toEqual([null]);
    expect((await stored())[1]).toMatchObject({ trainLoss: null });
  });

  it('stores a defect of the stream as an ending with its message', async () => {
    const broken$ = concat(
      of(started, metrics(10)),
      throwError(() => new Error('kernel fault')),
    );
    expect(right(await execute(broken$))).toMatchObject({
      type: 'ended',
      reason: 'failed',
      message: 'kernel fault',
      step: 10,
      seq: 2,
      stepMemorized: 10,
      stepGeneralized: null,
    });
    expect((await stored()).at(-1)).toMatchObject({ reason: 'failed' });
  });

  it('ends as failed where the stream breaks off', async () => {
    expect(right(await execute(of(started)))).toMatchObject({ reason: 'failed', seq: 1 });
  });

  it('stores nothing after the ending', async () => {
    right(await execute(of(started, ended('completed', 0), metrics(5))));
    expect((await stored()).map(({ type }) => type)).toEqual(['started', 'ended']);
  });

  it('passes commands on, and an abort as an interruption', async () => {
    const commands$ = new Subject<TrainingCommand & { command: 'pause' }>();
    const abort = new AbortController();
    const got: TrainingCommand[] = [];
    const items$ = new Subject<TrainingItem>();
    const train = (_: RunSpec, options: TrainOptions): Observable<TrainingItem> => {
      options.commands$?.subscribe((command) => {
        got.push(command);
        if (command.command === 'interrupt') {
          items$.next(ended('interrupted', 3));
          items$.complete();
        }
      });
      return concat(of(started), items$);
    };
    const result = executeRun(
      spec,
      {
        runsDir,
        runId: RUN_ID,
        commands$,
        signal: abort.signal,
        onItem: (item) => {
          if (item.type !== 'started') return;
          commands$.next({ command: 'pause' });
          abort.abort();
        },
      },
      { train },
    )();
    expect(right(await result)).toMatchObject({ reason: 'interrupted', step: 3 });
    expect(got).toEqual([{ command: 'pause' }, { command: 'interrupt' }]);
  });

  it('starts nothing where the run is already there', async () => {
    right(await execute(of(...wholeRun)));
    let subscribed = false;
    const result = await executeRun(
      spec,
      { runsDir, runId: RUN_ID },
      {
        train: () => {
          subscribed = true;
          return NEVER;
        },
      },
    )();
    expect(E.isLeft(result) && result.left._tag).toBe('RunExists');
    expect(subscribed).toBe(false);
  });

  it('ends with the disk error and unsubscribes where it can store no more', async () => {
    const items$ = new Subject<TrainingItem>();
    const result = execute(concat(of(started), items$), {
      onItem: (item) => {
        if (item.type !== 'started') return;
        // A file at the path where the folder of the checkpoints has to be.
        void writeFile(join(runsDir, RUN_ID, 'checkpoints'), '').then(() =>
          items$.next(snapshot(10, 'checkpoint')),
        );
      },
    });
    const outcome = await result;
    expect(E.isLeft(outcome) && outcome.left._tag).toBe('DiskFailure');
    expect(items$.observed).toBe(false);
  });
});

describe('the interruption of a signal', () => {
  const scheduled = (test: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void): void =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

  it('comes when the signal aborts, and never without one', () => {
    scheduled(({ cold, expectObservable }) => {
      const abort = new AbortController();
      cold('--a').subscribe(() => abort.abort());
      expectObservable(interruptOnAbort(abort.signal)).toBe('--i', { i: { command: 'interrupt' } });
      expectObservable(interruptOnAbort(new AbortController().signal)).toBe('---');
      expectObservable(interruptOnAbort(undefined)).toBe('|');
    });
  });

  it('comes at once where the signal has aborted before, and not after unsubscribing', () => {
    scheduled(({ cold, expectObservable }) => {
      expectObservable(interruptOnAbort(AbortSignal.abort())).toBe('i', { i: { command: 'interrupt' } });
      const abort = new AbortController();
      cold('---a').subscribe(() => abort.abort());
      expectObservable(interruptOnAbort(abort.signal), '--!').toBe('---');
    });
  });
});
