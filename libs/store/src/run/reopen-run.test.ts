import { appendFile, mkdtemp, readFile, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndReason, RunEvent, RunProgress, RunSpec } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import {
  createRunCatalogue,
  createRunFolder,
  describeStoreError,
  openRun,
  reopenRunFolder,
} from '../index.js';
import type { RunRecord, RunWriter, StoreError } from '../index.js';

const RUN_ID = 'tiny-1';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

function left<T>(result: E.Either<StoreError, T>): StoreError {
  if (E.isRight(result)) throw new Error('expected a left');
  return result.left;
}

const spec: RunSpec = right(
  decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 }, training: { steps: 100 } }),
);
const record: RunRecord = {
  runId: RUN_ID,
  name: 'tiny',
  createdAt: '2026-01-02T03:04:05.000Z',
  spec,
  engine: 'wasm',
  threads: 1,
};
const progress: RunProgress = {
  settings: {},
  stepMemorized: 10,
  stepGeneralized: null,
  elapsedMs: 12.5,
  evaluationMs: 2,
};
const tensors = (value: number) =>
  ({ 'embed.W_E': { dtype: 'F32', shape: [1, 2], data: Float32Array.of(value, -0) } }) as const;

const at = (seq: number) => ({ runId: RUN_ID, seq, time: '2026-01-02T03:04:05.000Z' });
const metrics = (seq: number, step: number): RunEvent => ({
  type: 'metrics',
  ...at(seq),
  step,
  trainLoss: 1,
  testLoss: 2,
  trainAccuracy: 0,
  testAccuracy: 0,
  sumSquaredWeights: 3,
  stepsPerSecond: 4,
});
const ended = (seq: number, reason: EndReason, step: number): RunEvent => ({
  type: 'ended',
  ...at(seq),
  reason,
  step,
  elapsedMs: 5,
  stepsPerSecond: 9,
  stepMemorized: null,
  stepGeneralized: null,
  finalTrainLoss: 1,
  finalTestLoss: 2,
  finalTestAccuracy: 0,
  message: null,
});

let runsDir: string;
const opened: RunWriter[] = [];
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-reopen-'));
});
afterEach(async () => {
  for (const writer of opened.splice(0)) await writer.close()();
  await rm(runsDir, { recursive: true, force: true });
});

const inRun = (...parts: string[]): string => join(runsDir, RUN_ID, ...parts);
const checkpointFile = (name: string): string => inRun('checkpoints', name);

/** A run with checkpoints at steps 20 and 40 and these events. */
async function written(...events: readonly RunEvent[]): Promise<void> {
  const writer = right(await createRunFolder(runsDir, record)());
  for (const event of events) right(await writer.appendEvent(event)());
  for (const step of [20, 40]) {
    const kept = { optimizer: tensors(step + 0.5), progress };
    right(await writer.writeCheckpoint(step, tensors(step), kept)());
  }
  right(await writer.close()());
}

async function reopen(steps?: number) {
  const result = await reopenRunFolder(runsDir, RUN_ID, steps === undefined ? {} : { steps })();
  if (E.isRight(result)) opened.push(result.right.writer);
  return result;
}

async function alter(name: string, position: number): Promise<void> {
  const bytes = await readFile(checkpointFile(name));
  bytes[bytes.length + position]! ^= 1;
  await writeFile(checkpointFile(name), bytes);
}

describe('a run opened again', () => {
  it('goes on from its newest checkpoint, with all it had', async () => {
    await written(metrics(0, 0), metrics(1, 50));
    const { point, refused, history, initial } = right(await reopen());
    expect(point).toMatchObject({ step: 40, progress });
    expect(point?.weights['embed.W_E']?.data).toEqual(Float32Array.of(40, -0));
    expect(point?.optimizer['embed.W_E']?.data[0]).toBe(40.5);
    expect(refused).toEqual([]);
    expect(initial).toBeUndefined();
    expect(history).toMatchObject({ lastMetrics: 50, facts: { lastSeq: 1 } });
  });

  it.each([
    ['step-00000040.safetensors', -1, 'altered'],
    ['step-00000040.safetensors', -40, 'altered'],
    ['step-00000040.optimizer.safetensors', -3, 'altered'],
    ['step-00000040.json', -60, 'altered'],
  ])(
    'refuses a checkpoint with one bit of %s altered (byte %d) and takes the one before',
    async (name, byte, word) => {
      await written(metrics(0, 0));
      await alter(name, byte);
      const { point, refused } = right(await reopen());
      expect(point?.step).toBe(20);
      expect(refused).toHaveLength(1);
      expect(describeStoreError(refused[0]!)).toContain(name);
      expect(describeStoreError(refused[0]!)).toContain(word);
    },
  );

  it.each(['step-00000040.safetensors', 'step-00000040.optimizer.safetensors', 'step-00000040.json'])(
    'refuses a checkpoint with a shortened %s, saying so',
    async (name) => {
      await written(metrics(0, 0));
      await truncate(checkpointFile(name), 30);
      const { point, refused } = right(await reopen());
      expect(point?.step).toBe(20);
      expect(describeStoreError(refused[0]!)).toMatch(new RegExp(`${name}.*(30 bytes|30 characters)`));
    },
  );

  it('begins again where no checkpoint is left', async () => {
    await written(metrics(0, 0));
    await alter('step-00000040.safetensors', -1);
    await rm(checkpointFile('step-00000020.optimizer.safetensors'));
    const { point, refused } = right(await reopen());
    expect(point).toBeUndefined();
    expect(refused.map(({ _tag }) => _tag)).toEqual(['MalformedCheckpoint', 'DiskFailure']);
  });

  it('loses the torn last line of its events and nothing else, under readers that saw it', async () => {
    await written(metrics(0, 0), metrics(1, 10));
    const whole = await readFile(inRun('events.ndjson'), 'utf8');
    await appendFile(inRun('events.ndjson'), '{"type":"metrics","runId":"tiny-1","seq":2,"ste');
    const catalogue = createRunCatalogue(runsDir);
    expect(right(await catalogue.get(RUN_ID)()).lastSeq).toBe(1);
    const { writer } = right(await reopen());
    expect(await readFile(inRun('events.ndjson'), 'utf8')).toBe(whole);
    right(await writer.appendEvent(metrics(2, 20))());
    expect(right(await catalogue.get(RUN_ID)())).toMatchObject({ lastSeq: 2, step: 20, problem: null });
  });

  it('is refused, unharmed, where its events are damaged elsewhere', async () => {
    await written(metrics(0, 0));
    await appendFile(inRun('events.ndjson'), 'garbage\n{"torn');
    const before = await readFile(inRun('events.ndjson'), 'utf8');
    expect(left(await reopen())).toMatchObject({ _tag: 'MalformedRun', line: 2 });
    expect(await readFile(inRun('events.ndjson'), 'utf8')).toBe(before);
    expect(await readdir(inRun())).not.toContain('lock.json');
  });

  it('is refused while another writes it, saying who', async () => {
    await written(metrics(0, 0));
    right(await reopen());
    const error = left(await reopen());
    expect(error).toMatchObject({ _tag: 'RunHeld', holder: { pid: process.pid, host: hostname() } });
  });

  it('is cleaned of files that were not finished', async () => {
    await written(metrics(0, 0));
    await writeFile(checkpointFile('step-00000060.safetensors.0123456789ab.tmp'), 'half');
    right(await reopen());
    expect((await readdir(inRun('checkpoints'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('takes a larger total of steps, and keeps it', async () => {
    await written(metrics(0, 0), ended(1, 'completed', 100));
    expect(describeStoreError(left(await reopen()))).toContain('--steps with a larger total');
    expect(left(await reopen(100))._tag).toBe('NotResumable');
    expect(right(await reopen(150)).writer.record.spec.training.steps).toBe(150);
    expect(right(await openRun(runsDir, RUN_ID)()).record.spec.training.steps).toBe(150);
  });

  it.each(['interrupted', 'stopped', 'failed'] as const)('goes on after it was %s', async (reason) => {
    await written(metrics(0, 0), ended(1, reason, 40));
    expect(right(await reopen()).point?.step).toBe(40);
  });

  it.each(['diverged', 'stopConditionMet'] as const)('has nothing left to do once it %s', async (reason) => {
    await written(metrics(0, 0), ended(1, reason, 40));
    expect(left(await reopen(1000))._tag).toBe('NotResumable');
  });

  it('is refused fewer steps than it has recorded', async () => {
    await written(metrics(0, 0), metrics(1, 60));
    expect(describeStoreError(left(await reopen(50)))).toContain('recorded step 60');
  });

  it('is refused where there is none', async () => {
    expect(left(await reopen())._tag).toBe('RunNotFound');
    expect(await readdir(runsDir)).toEqual([]);
  });
});

describe('the lock of a run on another host', () => {
  const elsewhere = { pid: 1, host: 'another-host', since: '2026-01-02T03:04:05.000Z' };

  it('holds while heartbeats come and for a minute after; then the run can be resumed', async () => {
    await written(metrics(0, 0));
    await writeFile(inRun('lock.json'), JSON.stringify(elsewhere));
    expect(left(await reopen())).toMatchObject({ _tag: 'RunHeld', holder: elsewhere });
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(inRun('lock.json'), longAgo, longAgo);
    right(await reopen());
  });

  it('once taken stops the writer that lost it before it writes a checkpoint', async () => {
    const writer = right(await createRunFolder(runsDir, record)());
    await writeFile(inRun('lock.json'), JSON.stringify(elsewhere));
    const error = left(await writer.writeCheckpoint(20, tensors(1))());
    expect(error).toMatchObject({ _tag: 'RunHeld', holder: elsewhere });
    expect(left(await writer.appendEvent(metrics(0, 0))())._tag).toBe('RunHeld');
    right(await writer.close()());
    expect(JSON.parse(await readFile(inRun('lock.json'), 'utf8'))).toEqual(elsewhere);
  });
});
