import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndedEvent, MetricsEvent, RunEvent, RunSpec } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import {
  HEARTBEAT_MS,
  createRunFolder,
  createRunId,
  deleteRun,
  describeStoreError,
  isRunId,
  listRuns,
  openRun,
  reconcileRuns,
  tailEvents,
} from '../index.js';
import type { RunRecord, RunWriter, StoreError } from '../index.js';

const RUN_ID = 'tiny-20260102-030405-abcd';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

function left<T>(result: E.Either<StoreError, T>): StoreError {
  if (E.isRight(result)) throw new Error('expected a left');
  return result.left;
}

const spec: RunSpec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 23 } }));

const record = (runId = RUN_ID, createdAt = '2026-01-02T03:04:05.000Z'): RunRecord => ({
  runId,
  name: 'tiny',
  createdAt,
  spec,
  engine: 'auto',
  threads: null,
});

const at = (seq: number) => ({ runId: RUN_ID, seq, time: new Date(1_700_000_000_000 + seq).toISOString() });
const started: RunEvent = {
  type: 'started',
  ...at(0),
  spec,
  engine: 'reference',
  threads: 1,
  relaxedSimd: false,
  parameterCount: 10,
  why: 'asked for',
};
const metrics = (seq: number, step: number, trainAccuracy = 0): MetricsEvent => ({
  type: 'metrics',
  ...at(seq),
  step,
  trainLoss: 1,
  testLoss: 2,
  trainAccuracy,
  testAccuracy: 0,
  sumSquaredWeights: 3,
  stepsPerSecond: 4,
});
const ended = (seq: number, reason: EndedEvent['reason']): EndedEvent => ({
  type: 'ended',
  ...at(seq),
  reason,
  step: 9,
  elapsedMs: 1,
  stepsPerSecond: 9,
  stepMemorized: null,
  stepGeneralized: null,
  finalTrainLoss: 1,
  finalTestLoss: 2,
  finalTestAccuracy: 0,
  message: null,
});

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-store-'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const folder = (): string => join(runsDir, RUN_ID);
const create = async (made = record()): Promise<RunWriter> => right(await createRunFolder(runsDir, made)());

async function write(events: readonly RunEvent[], close = true): Promise<RunWriter> {
  const writer = await create();
  for (const event of events) right(await writer.appendEvent(event)());
  if (close) right(await writer.close()());
  return writer;
}

/** Sets the last heartbeat of the run's holder back. */
async function silence(ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  await utimes(join(folder(), 'lock.json'), then, then);
}

/** What a killed process leaves: a lock whose holder no longer exists. */
async function abandon(writer: RunWriter): Promise<void> {
  right(await writer.close()());
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(
    join(folder(), 'lock.json'),
    JSON.stringify({ pid: dead, host: hostname(), since: '2026-01-02T03:04:05.000Z' }),
  );
}

describe('run ids', () => {
  it('name the run and the time and are valid whatever the name holds', () => {
    const time = new Date('2026-11-22T12:45:12Z');
    expect(createRunId('quick-grok', time)).toMatch(/^quick-grok-20261122-124512-[0-9a-z]{4}$/);
    for (const name of ['../../etc', 'Ünï cödé', '', '---', 'x'.repeat(500), 'a/b\\c', '.']) {
      expect(isRunId(createRunId(name, time))).toBe(true);
    }
  });

  it('from outside cannot leave the runs folder', async () => {
    for (const id of [
      '..',
      '.',
      '',
      '../x',
      'a/b',
      'a\\b',
      'A',
      'a..b',
      'a--b',
      '-a',
      'a\0',
      'x'.repeat(101),
    ]) {
      expect(isRunId(id)).toBe(false);
      expect(left(await openRun(runsDir, id)())._tag).toBe('InvalidRunId');
      expect(left(await deleteRun(runsDir, id)())._tag).toBe('InvalidRunId');
    }
  });
});

describe('a run folder', () => {
  it('gives back its record and its events, all or those after a seq', async () => {
    const events = [started, metrics(1, 0), metrics(2, 5), ended(3, 'completed')];
    await write(events);
    const run = right(await openRun(runsDir, RUN_ID)());
    expect(run.record).toEqual(record());
    expect(right(await run.readEvents()())).toEqual(events);
    expect(right(await run.readEvents(1)())).toEqual(events.slice(2));
    expect(right(await run.readEvents(99)())).toEqual([]);
  });

  it('tolerates a torn last line', async () => {
    await write([started, metrics(1, 0)]);
    await appendFile(join(folder(), 'events.ndjson'), '{"type":"metrics","seq":2,"st');
    const run = right(await openRun(runsDir, RUN_ID)());
    expect(right(await run.readEvents()())).toHaveLength(2);
  });

  it('names the line of a damaged one', async () => {
    await write([started, metrics(1, 0)]);
    await appendFile(join(folder(), 'events.ndjson'), 'garbage\n');
    const error = left(await right(await openRun(runsDir, RUN_ID)()).readEvents()());
    expect(error).toMatchObject({ _tag: 'MalformedRun', line: 3 });
    expect(right(await listRuns(runsDir)())[0]?.problem).toContain('line 3');
  });

  it('refuses a second writer while the first lives, naming it', async () => {
    const writer = await write([], false);
    const error = left(await createRunFolder(runsDir, record())());
    expect(error).toMatchObject({ _tag: 'RunHeld', holder: { pid: process.pid, host: hostname() } });
    expect(describeStoreError(error)).toContain(String(process.pid));
    right(await writer.close()());
    expect(left(await createRunFolder(runsDir, record())())._tag).toBe('RunExists');
  });

  it('says that a run is not there', async () => {
    expect(left(await openRun(runsDir, 'nobody')())._tag).toBe('RunNotFound');
    expect(left(await deleteRun(runsDir, 'nobody')())._tag).toBe('RunNotFound');
  });

  it('says what is in the way where the runs folder is a file', async () => {
    const path = join(runsDir, 'file');
    await writeFile(path, '');
    const error = left(await createRunFolder(path, record())());
    expect(error._tag).toBe('DiskFailure');
    expect(describeStoreError(error)).toContain('file');
  });
});

describe('checkpoints', () => {
  const weights = (value: number) =>
    ({ 'embed.W_E': { dtype: 'F32', shape: [1, 2], data: Float32Array.of(value, -0) } }) as const;

  it('come back by step and newest, with spec, step and run id', async () => {
    const writer = await write([started], false);
    right(await writer.writeCheckpoint(50, weights(1), { optimizer: weights(7) })());
    const path = right(await writer.writeCheckpoint(1200, weights(2))());
    expect(path.endsWith(join('checkpoints', 'step-00001200.safetensors'))).toBe(true);
    const run = right(await openRun(runsDir, RUN_ID)());
    expect(right(await run.checkpointSteps()())).toEqual([50, 1200]);
    const newest = right(await run.readCheckpoint('newest')());
    expect(newest.step).toBe(1200);
    expect(newest.tensors['embed.W_E']?.data).toEqual(Float32Array.of(2, -0));
    expect(newest.metadata).toEqual({ spec: JSON.stringify(spec), step: '1200', runId: RUN_ID });
    expect(right(await run.readCheckpoint(50)()).tensors['embed.W_E']?.data[0]).toBe(1);
    right(await writer.close()());
    const names = await readdir(join(folder(), 'checkpoints'));
    expect(names.sort()).toEqual([
      'step-00000050.json',
      'step-00000050.optimizer.safetensors',
      'step-00000050.safetensors',
      'step-00001200.json',
      'step-00001200.safetensors',
    ]);
  });

  it('that are not there are answered with those that are', async () => {
    const writer = await write([], false);
    right(await writer.writeCheckpoint(50, weights(1))());
    right(await writer.close()());
    const run = right(await openRun(runsDir, RUN_ID)());
    const error = left(await run.readCheckpoint(60)());
    expect(error).toMatchObject({ _tag: 'CheckpointNotFound', available: [50] });
    expect(describeStoreError(error)).toContain('it has 50');
  });

  it('that are damaged are refused with the file', async () => {
    await write([]);
    await mkdir(join(folder(), 'checkpoints'));
    await writeFile(join(folder(), 'checkpoints', 'step-00000001.safetensors'), 'short');
    const run = right(await openRun(runsDir, RUN_ID)());
    const error = left(await run.readCheckpoint('newest')());
    expect(error._tag).toBe('MalformedCheckpoint');
    expect(describeStoreError(error)).toContain('step-00000001.safetensors');
  });
});

describe('the list of runs', () => {
  const state = async (): Promise<string | undefined> => right(await listRuns(runsDir)())[0]?.state;

  it('is empty where there is no folder, and leaves out what is no run', async () => {
    expect(right(await listRuns(join(runsDir, 'none'))())).toEqual([]);
    await writeFile(join(runsDir, 'notes.txt'), '');
    await mkdir(join(runsDir, 'empty'));
    expect(right(await listRuns(runsDir)())).toEqual([]);
  });

  it('is newest first', async () => {
    for (const [id, time] of [
      ['b-1', '2026-01-01T00:00:00.000Z'],
      ['a-2', '2026-01-02T00:00:00.000Z'],
    ] as const) {
      right(await (await create(record(id, time))).close()());
    }
    expect(right(await listRuns(runsDir)()).map(({ runId }) => runId)).toEqual(['a-2', 'b-1']);
  });

  it.each([
    ['no JSON', 'spoilt'],
    ['a spec without its parts', JSON.stringify({ ...record('a-1'), spec: {} })],
    [
      'a spec that is none',
      JSON.stringify({ ...record('a-1'), spec: { ...spec, training: { steps: 'x' } } }),
    ],
  ])('shows a run whose run.json is damaged (%s) as such, and the others as ever', async (_, text) => {
    await write([started, ended(1, 'completed')]);
    right(await (await create(record('a-1'))).close()());
    await writeFile(join(runsDir, 'a-1', 'run.json'), text);
    const runs = right(await listRuns(runsDir)());
    expect(runs).toMatchObject([
      { runId: RUN_ID, state: 'completed', problem: null },
      { runId: 'a-1', state: 'failed', problem: expect.stringContaining('run.json') as string },
    ]);
    expect(left(await openRun(runsDir, 'a-1')())._tag).toBe('MalformedRun');
  });

  it('tells running, paused, stale and interrupted runs apart', async () => {
    const writer = await write([started, metrics(1, 10)], false);
    expect(await state()).toBe('running');
    const command = { type: 'command', step: 10 } as const;
    right(await writer.appendEvent({ ...command, ...at(2), command: 'pause' })());
    expect(await state()).toBe('paused');
    right(await writer.appendEvent({ ...command, ...at(3), command: 'resume' })());
    expect(await state()).toBe('running');
    await abandon(writer);
    expect(await state()).toBe('stale');
    await rm(join(folder(), 'lock.json'));
    expect(await state()).toBe('interrupted');
  });

  it('calls a run whose holder missed two heartbeats stale until it is heard of again', async () => {
    const writer = await write([started], false);
    await silence(3 * HEARTBEAT_MS);
    expect(await state()).toBe('stale');
    await silence(0);
    expect(await state()).toBe('running');
    right(await writer.close()());
  });

  it('calls a silent run of another host stale', async () => {
    await write([started]);
    const holder = { pid: 1, host: 'another-host', since: '2026-01-02T03:04:05.000Z' };
    await writeFile(join(folder(), 'lock.json'), JSON.stringify(holder));
    expect(await state()).toBe('running');
    await silence(60_000);
    expect(await state()).toBe('stale');
  });

  it.each([
    ['completed', 'completed'],
    ['stopConditionMet', 'completed'],
    ['stopped', 'stopped'],
    ['interrupted', 'interrupted'],
    ['diverged', 'diverged'],
    ['failed', 'failed'],
  ] as const)('shows a run that ended as %s as %s', async (reason, shown) => {
    await write([started, ended(1, reason)]);
    expect(await state()).toBe(shown);
  });

  it('holds the newest figures and the step of memorisation', async () => {
    await write([started, metrics(1, 10, 0.5), metrics(2, 20, 0.995), metrics(3, 30, 1)]);
    expect(right(await listRuns(runsDir)())[0]).toMatchObject({
      step: 30,
      steps: 40000,
      engine: 'reference',
      trainAccuracy: 1,
      stepMemorized: 20,
      stepGeneralized: null,
      lastSeq: 3,
    });
  });
});

describe('reconciling', () => {
  it('frees the runs of dead processes, and no others', async () => {
    const writer = await write([started], false);
    expect(right(await reconcileRuns(runsDir)())).toEqual([]);
    await abandon(writer);
    expect(right(await reconcileRuns(runsDir)())).toEqual([RUN_ID]);
    expect(right(await listRuns(runsDir)())[0]?.state).toBe('interrupted');
    await writeFile(
      join(folder(), 'lock.json'),
      JSON.stringify({ pid: 1, host: 'another-host', since: '2026-01-02T03:04:05.000Z' }),
    );
    await silence(600_000);
    expect(right(await reconcileRuns(runsDir)())).toEqual([]);
    expect(right(await listRuns(runsDir)())[0]?.state).toBe('stale');
  });
});

describe('following a run', () => {
  it('gives what is there first, then what comes, each once, and ends with its writer', async () => {
    const writer = await write([started, metrics(1, 0)], false);
    const batches: number[][] = [];
    const following = (async () => {
      for await (const batch of tailEvents(folder(), { pollMs: 5 }))
        batches.push(batch.map(({ seq }) => seq));
    })();
    await expect.poll(() => batches.length).toBe(1);
    right(await writer.appendEvent(metrics(2, 5))());
    await expect.poll(() => batches.length).toBe(2);
    right(await writer.appendEvent(ended(3, 'completed'))());
    right(await writer.close()());
    await following;
    expect(batches[0]).toEqual([0, 1]);
    expect(batches.flat()).toEqual([0, 1, 2, 3]);
  });

  it('starts after a seq, and with an empty batch where nothing is new', async () => {
    await write([started, metrics(1, 0), ended(2, 'completed')]);
    const batches: number[][] = [];
    for await (const batch of tailEvents(folder(), { since: 2 })) batches.push(batch.map(({ seq }) => seq));
    expect(batches).toEqual([[]]);
  });

  it('waits for the rest of a line', async () => {
    const writer = await write([started], false);
    const line = JSON.stringify(metrics(1, 0));
    const seen: number[] = [];
    const following = (async () => {
      for await (const batch of tailEvents(folder(), { pollMs: 5 }))
        seen.push(...batch.map(({ seq }) => seq));
    })();
    await appendFile(join(folder(), 'events.ndjson'), line.slice(0, 20));
    await expect.poll(() => seen).toEqual([0]);
    await appendFile(join(folder(), 'events.ndjson'), `${line.slice(20)}\n`);
    await expect.poll(() => seen).toEqual([0, 1]);
    right(await writer.close()());
    await following;
  });

  it('ends at a silent run of another host', async () => {
    await write([started]);
    const holder = { pid: 1, host: 'another-host', since: '2026-01-02T03:04:05.000Z' };
    await writeFile(join(folder(), 'lock.json'), JSON.stringify(holder));
    await silence(60_000);
    const seen: number[] = [];
    const signal = AbortSignal.timeout(2000);
    for await (const batch of tailEvents(folder(), { pollMs: 5, signal }))
      seen.push(...batch.map(({ seq }) => seq));
    expect(seen).toEqual([0]);
    expect(signal.aborted).toBe(false);
  });

  it('ends when it is told to', async () => {
    const writer = await write([started], false);
    const abort = new AbortController();
    for await (const batch of tailEvents(folder(), { pollMs: 5, signal: abort.signal })) {
      expect(batch).toHaveLength(1);
      abort.abort();
    }
    right(await writer.close()());
  });
});

describe('deleting a run', () => {
  it('is refused for a run of another host until it is silent', async () => {
    const elsewhere = { pid: 1, host: 'another-host', since: '2026-01-02T03:04:05.000Z' };
    await write([{ ...started, time: new Date().toISOString() }]);
    await writeFile(join(folder(), 'lock.json'), JSON.stringify(elsewhere));
    expect(left(await deleteRun(runsDir, RUN_ID)())._tag).toBe('RunHeld');
    await silence(60_000);
    right(await deleteRun(runsDir, RUN_ID)());
    expect(await readdir(runsDir)).toEqual([]);
  });

  it.each(['', '{"pid":'])(
    'is refused under a lock just being written (%j), not under one cut off',
    async (text) => {
      await write([started]);
      await writeFile(join(folder(), 'lock.json'), text);
      expect(left(await deleteRun(runsDir, RUN_ID)())._tag).toBe('RunHeld');
      const longAgo = new Date(Date.now() - 60_000);
      await utimes(join(folder(), 'lock.json'), longAgo, longAgo);
      expect(right(await listRuns(runsDir)())[0]?.state).toBe('stale');
      right(await deleteRun(runsDir, RUN_ID)());
    },
  );

  it('removes the folder', async () => {
    await write([started]);
    right(await deleteRun(runsDir, RUN_ID)());
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('is refused while a process writes it', async () => {
    const writer = await write([started], false);
    expect(left(await deleteRun(runsDir, RUN_ID)())._tag).toBe('RunHeld');
    expect(await readFile(join(folder(), 'run.json'), 'utf8')).toContain(RUN_ID);
    await abandon(writer);
    right(await deleteRun(runsDir, RUN_ID)());
  });
});
