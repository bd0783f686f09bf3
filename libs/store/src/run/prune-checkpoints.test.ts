import { appendFile, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent, RunProgress } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import { checkpointFileName, createRunFolder, openRun, pruneCheckpoints, reopenRunFolder } from '../index.js';
import type { PrunePolicy, RunWriter } from '../index.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));
const record = { runId: 'a-1', name: 'tiny', createdAt: '2026-01-02T03:04:05.000Z', spec };
const tensors = { W: { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) } };
const progress: RunProgress = {
  settings: {},
  stepMemorized: null,
  stepGeneralized: null,
  elapsedMs: 1,
  evaluationMs: 0,
};

const COMPUTED = { engine: 'wasm', threads: 1 } as const;
const metrics = (runId: string, seq: number, step: number): RunEvent => ({
  ...{ type: 'metrics', runId, seq, time: record.createdAt, step, stepsPerSecond: null },
  ...{ trainLoss: 1, testLoss: 1, trainAccuracy: 0, testAccuracy: 0, sumSquaredWeights: 1 },
});

let runsDir: string;
let writer: RunWriter;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-prune-'));
  writer = right(await createRunFolder(runsDir, { ...record, ...COMPUTED })());
  right(await writer.appendEvent(metrics('a-1', 0, 0))());
  for (const step of [0, 10, 20, 30, 40, 45]) {
    right(await writer.writeCheckpoint(step, tensors, { optimizer: tensors, progress })());
  }
});
afterEach(async () => {
  await writer.close()();
  await rm(runsDir, { recursive: true, force: true });
});

const prune = async (policy: PrunePolicy, dryRun = false) =>
  pruneCheckpoints(runsDir, 'a-1', policy, { dryRun })();
const steps = async () => right(await right(await openRun(runsDir, 'a-1')()).checkpointSteps()());
const folder = (): string => join(runsDir, 'a-1', 'checkpoints');

describe('pruning checkpoints', () => {
  it('keeps the newest and those at multiples, each with all its files, and says what it freed', async () => {
    await writer.close()();
    const report = right(await prune({ keepLast: 2, keepEvery: 20 }));
    expect(report).toMatchObject({ runId: 'a-1', kept: [0, 20, 40, 45], removed: [10, 30] });
    expect(report.freedBytes).toBeGreaterThan(1000);
    expect(await steps()).toEqual([0, 20, 40, 45]);
    expect(await readdir(folder())).toHaveLength(4 * 3);
    expect(right(await reopenRunFolder(runsDir, 'a-1')()).point?.step).toBe(45);
  });

  it('deletes nothing when it is only asked what it would do', async () => {
    await writer.close()();
    const would = right(await prune({ keepLast: 1 }, true));
    expect(would.removed).toEqual([0, 10, 20, 30, 40]);
    expect(await readdir(folder())).toHaveLength(6 * 3);
    expect(right(await prune({ keepLast: 1 }))).toEqual(would);
  });

  it('keeps what the run can go on from, where newer ones are damaged', async () => {
    await writer.close()();
    for (const step of [40, 45]) await truncate(join(folder(), checkpointFileName(step)), 20);
    expect(right(await prune({ keepLast: 0 })).kept).toEqual([30, 45]);
    expect(right(await reopenRunFolder(runsDir, 'a-1')()).point?.step).toBe(30);
  });

  it('keeps what the run can go on from, where the events of newer ones are lost', async () => {
    const runId = 'b-1';
    const often = { ...spec, observe: { ...spec.observe, metricsEvery: 10 } };
    const other = right(await createRunFolder(runsDir, { ...record, runId, spec: often, ...COMPUTED })());
    for (const [seq, step] of [0, 10, 20].entries())
      right(await other.appendEvent(metrics(runId, seq, step))());
    for (const step of [10, 20, 30, 40]) {
      right(await other.writeCheckpoint(step, tensors, { optimizer: tensors, progress })());
    }
    await other.close()();
    expect(right(await pruneCheckpoints(runsDir, runId, { keepLast: 1 })())).toMatchObject({
      kept: [20, 40],
      removed: [10, 30],
    });
    const reopened = right(await reopenRunFolder(runsDir, runId)());
    expect(reopened.point?.step).toBe(20);
    await reopened.writer.close()();
  });

  it('deletes nothing where damaged events do not tell what the run can go on from', async () => {
    await writer.close()();
    await appendFile(join(runsDir, 'a-1', 'events.ndjson'), 'damage\n');
    expect(await prune({ keepLast: 1 })).toMatchObject({ left: { _tag: 'MalformedRun', line: 2 } });
    expect(await steps()).toHaveLength(6);
  });

  it('is refused while a process writes the run', async () => {
    expect(await prune({ keepLast: 1 })).toMatchObject({
      left: { _tag: 'RunHeld', holder: { pid: process.pid } },
    });
    expect(await steps()).toHaveLength(6);
  });
});
