import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import { deleteRun, listRuns, openCatalogue } from '../index.js';
import type { RunIndex, RunRecord } from '../index.js';
import { openRunIndex } from './run-index.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));

let runsDir: string;
let index: RunIndex;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-index-'));
  index = await openRunIndex(runsDir);
});
afterEach(async () => {
  index.close();
  await rm(runsDir, { recursive: true, force: true });
});

const database = (): string => join(runsDir, '.index', 'runs.db');

/** Seven steps apart, so that steps and positions differ; every fifth without a test loss. */
const measured = (seq: number): MetricsEvent => ({
  type: 'metrics',
  runId: 'a-1',
  seq,
  time: '2026-01-02T03:04:05.000Z',
  step: 7 * seq,
  trainLoss: Math.sin(seq) * seq,
  testLoss: seq % 5 === 0 ? null : seq,
  trainAccuracy: 0,
  testAccuracy: 0,
  sumSquaredWeights: 1,
  stepsPerSecond: 2,
});

const ended = (seq: number): RunEvent => ({
  type: 'ended',
  runId: 'a-1',
  seq,
  time: '2026-01-02T03:04:06.000Z',
  reason: 'completed',
  step: 7 * (seq - 1),
  elapsedMs: 5,
  stepsPerSecond: 9,
  stepMemorized: null,
  stepGeneralized: null,
  finalTrainLoss: 1,
  finalTestLoss: 2,
  finalTestAccuracy: 0,
  message: null,
});

async function makeRun(runId: string, events: readonly RunEvent[], createdAt = '2026-01-02T03:04:05.000Z') {
  const record: RunRecord = { runId, name: 'tiny', createdAt, spec, engine: 'wasm', threads: 1 };
  await mkdir(join(runsDir, runId), { recursive: true });
  await writeFile(join(runsDir, runId, 'run.json'), JSON.stringify(record));
  await writeFile(join(runsDir, runId, 'events.ndjson'), '');
  await addEvents(runId, events);
}

const addEvents = (runId: string, events: readonly RunEvent[]): Promise<void> =>
  appendFile(join(runsDir, runId, 'events.ndjson'), events.map((e) => `${JSON.stringify(e)}\n`).join(''));

const many = (count: number, first = 0): MetricsEvent[] =>
  Array.from({ length: count }, (_, i) => measured(first + i));

describe('the index', () => {
  it('lists what the folders say, as it changes', async () => {
    await makeRun('a-1', many(3));
    await makeRun('b-2', many(1), '2026-01-03T03:04:05.000Z');
    expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
    await addEvents('a-1', many(2, 3));
    await appendFile(join(runsDir, 'a-1', 'events.ndjson'), '{"torn');
    expect(right(await index.get('a-1')())).toMatchObject({ lastSeq: 4, step: 28 });
    expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
    right(await deleteRun(runsDir, 'b-2')());
    await writeFile(join(runsDir, 'a-1', 'run.json'), 'spoilt');
    expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
  });

  it('tells a new run from an old one of its name', async () => {
    await makeRun('a-1', many(50));
    right(await index.list()());
    await makeRun('a-1', many(2), '2026-02-02T03:04:05.000Z');
    expect(right(await index.get('a-1')())).toMatchObject({
      lastSeq: 1,
      createdAt: '2026-02-02T03:04:05.000Z',
    });
    expect(right(await index.series('a-1', 'trainLoss', { points: 100 })()).points).toHaveLength(2);
  });

  it('names the line of damaged events, and keeps what stands before it', async () => {
    await makeRun('a-1', many(3));
    await appendFile(join(runsDir, 'a-1', 'events.ndjson'), 'garbage\n');
    await addEvents('a-1', many(1, 4));
    expect(right(await index.get('a-1')())).toEqual(right(await listRuns(runsDir)())[0]);
  });

  it.each([
    ['deleted', async () => rm(join(runsDir, '.index'), { recursive: true })],
    ['cut off', async () => truncate(database(), 5000)],
    ['overwritten', async () => writeFile(database(), Buffer.alloc(20_000, 7))],
    [
      'of another version',
      async () => {
        const bytes = await readFile(database());
        bytes.writeUInt32BE(99, 60);
        await writeFile(database(), bytes);
      },
    ],
  ])('that was %s is made again from the folders, without loss', async (_, damage) => {
    await makeRun('a-1', many(3000));
    const query = { points: 40 };
    const before = right(await index.series('a-1', 'trainLoss', query)());
    index.close();
    await damage();
    for (const suffix of ['-wal', '-shm']) await rm(database() + suffix, { force: true });
    index = await openRunIndex(runsDir);
    expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
    expect(right(await index.series('a-1', 'trainLoss', query)())).toEqual(before);
  });

  it.each([
    ['deleted', async () => rm(join(runsDir, '.index'), { recursive: true })],
    ['overwritten', async () => writeFile(database(), Buffer.alloc(20_000, 7))],
  ])('that is %s while it is open is made again', async (_, damage) => {
    await makeRun('a-1', many(3000));
    const query = { points: 40 };
    const before = right(await index.series('a-1', 'trainLoss', query)());
    await damage();
    await addEvents('a-1', many(1, 3000));
    expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
    expect(right(await index.series('a-1', 'trainLoss', { ...query, to: 7 * 2999 })())).toEqual(before);
    const another = await openRunIndex(runsDir);
    expect(right(await another.list()())).toEqual(right(await listRuns(runsDir)()));
    another.close();
  });

  it('looks at nothing but the folder of a run that has long ended, and sees when it goes on', async () => {
    await makeRun('a-1', [...many(2), ended(2)]);
    await makeRun('b-2', many(2));
    const longAgo = new Date(Date.now() - 60_000);
    for (const id of ['a-1', 'b-2']) await utimes(join(runsDir, id), longAgo, longAgo);
    right(await index.list()());
    // No process writes without the lock: as long as the folder is unchanged, this is not checked.
    await addEvents('a-1', many(1, 3));
    await addEvents('b-2', many(1, 2));
    const bySeq = async () => right(await index.list()()).map(({ runId, lastSeq }) => [runId, lastSeq]);
    expect((await bySeq()).sort()).toEqual([
      ['a-1', 2],
      ['b-2', 2],
    ]);
    await writeFile(join(runsDir, 'a-1', 'lock.json'), '');
    expect((await bySeq()).sort()).toEqual([
      ['a-1', 3],
      ['b-2', 2],
    ]);
    expect(right(await index.get('a-1')())).toMatchObject({ lastSeq: 3, state: 'completed' });
  });

  it('is not waited for: while another process writes it, the folders are read', async () => {
    await makeRun('a-1', many(30));
    const other = { pid: 4242, host: 'another-host', since: new Date().toISOString() };
    await writeFile(join(runsDir, '.index', 'lock.json'), JSON.stringify(other));
    const [list, series] = await Promise.all([
      index.list()(),
      index.series('a-1', 'trainLoss', { points: 100 })(),
    ]);
    expect(right(list)).toMatchObject([{ runId: 'a-1', lastSeq: 29 }]);
    expect(right(series).points).toHaveLength(30);
  });

  it('that can no longer be used leaves the folders to be read', async () => {
    await makeRun('a-1', many(30));
    index.close();
    expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
    expect(right(await index.get('a-1')())).toMatchObject({ lastSeq: 29 });
    expect(right(await index.series('a-1', 'trainLoss', { points: 100 })()).points).toHaveLength(30);
    index = await openRunIndex(runsDir);
  });

  it('may be read and brought up to date by several at once', async () => {
    const others = [await openRunIndex(runsDir), await openRunIndex(runsDir)];
    await makeRun('a-1', many(500));
    const lists = await Promise.all([index, ...others].map((one) => one.list()()));
    for (const list of lists) expect(right(list)[0]).toMatchObject({ lastSeq: 499 });
    await addEvents('a-1', many(500, 500));
    const curves = await Promise.all(
      [...others, index].map((one) => one.series('a-1', 'testLoss', { points: 9999 })()),
    );
    for (const curve of curves) expect(right(curve).points).toHaveLength(800);
    for (const other of others) other.close();
  });

  it('is done without where the folder is not there', async () => {
    const { catalogue, index: none } = await openCatalogue(join(runsDir, 'none'));
    expect(none).toBeUndefined();
    expect(right(await catalogue.list()())).toEqual([]);
  });
});

describe('a curve of the index', () => {
  it('has at any zoom the extremes of all its points, however it was added to; exact where it fits', async () => {
    const total = 9000;
    const events = many(total);
    await makeRun('a-1', []);
    for (let at = 0, size = 1; at < total; at += size, size = Math.min(size * 3 + 1, total - at)) {
      await addEvents('a-1', events.slice(at, at + size));
      right(await index.get('a-1')());
    }
    const steps = fc.integer({ min: -10, max: 7 * total + 10 });
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.integer({ min: 1, max: 2000 }), async (a, b, points) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const found = right(await index.series('a-1', 'testLoss', { from, to, points })());
        const within = events.filter(({ step, testLoss }) => step >= from && step <= to && testLoss !== null);
        expect(found.points.length).toBeLessThanOrEqual(points);
        if (within.length === 0) {
          expect(found.points).toEqual([]);
          return;
        }
        const values = within.map(({ testLoss }) => testLoss!);
        expect(Math.min(...found.points.map(({ min }) => min))).toBe(Math.min(...values));
        expect(Math.max(...found.points.map(({ max }) => max))).toBe(Math.max(...values));
        expect(found.points.every((point, i, all) => i === 0 || point.from > all[i - 1]!.to)).toBe(true);
        if (within.length <= points) {
          expect(found.exact).toBe(true);
          expect(found.points.map(({ min }) => min)).toEqual(values);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
    const zoomed = right(await index.series('a-1', 'trainLoss', { from: 7000, to: 7700, points: 500 })());
    expect(zoomed).toMatchObject({ exact: true });
    expect(zoomed.points.map(({ min }) => min)).toEqual(
      events.slice(1000, 1101).map(({ trainLoss }) => trainLoss),
    );
  });
});
