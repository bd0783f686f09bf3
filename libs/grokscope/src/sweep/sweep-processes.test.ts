import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { SweepSpec } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';
import { listRuns } from '@grokscope/store';
import { filter, firstValueFrom, lastValueFrom, mergeMap, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSummaries, sweep } from './sweep.js';

/* With real processes, on networks so small that starting them takes most of the time. */

let runsDir: string;
beforeEach(async () => void (runsDir = await mkdtemp(join(tmpdir(), 'grokscope-sweep-'))));
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const spec = (steps: number): SweepSpec => ({
  name: 'tiny',
  base: {
    task: { kind: 'modularAddition', p: 5 },
    model: { dModel: 8, nHeads: 2, dHead: 4, dMlp: 8 },
    training: { steps },
    observe: { metricsEvery: 5, progressEvery: 1000, checkpointEvery: 1000 },
  },
  vary: { 'optimizer.lr': [0.01, 1e30] },
  seeds: [3],
});

async function runs(): Promise<readonly RunSummary[]> {
  const found = await listRuns(runsDir)();
  return E.isRight(found) ? found.right : [];
}

describe('a sweep in processes', () => {
  it('measures, trains each run in a process of its own, and tells how each ended', async () => {
    const events = await lastValueFrom(sweep(spec(20), { runsDir, workers: 2 }).pipe(toArray()));
    const [started] = events;
    if (started?.type !== 'sweepStarted') throw new Error(started?.type);
    expect(started.estimateMs).toBeGreaterThan(0);
    const reasons = events.flatMap((event) =>
      event.type === 'runEnded' ? [[event.values, event.reason]] : [],
    );
    expect(reasons).toContainEqual([{ 'optimizer.lr': 0.01 }, 'completed']);
    expect(reasons).toContainEqual([{ 'optimizer.lr': 1e30 }, 'diverged']);
    expect(new Set((await runs()).map(({ state }) => state))).toEqual(new Set(['completed', 'diverged']));
    expect((await runs()).every(({ threads }) => threads === 1)).toBe(true);
  });

  it('ends its processes when nobody listens any more, and resumed goes on with their runs', async () => {
    const long = { ...spec(10_000), vary: { 'optimizer.lr': [0.01] } };
    const isUnderWay = filter((event: { type: string }) => event.type === 'runProgress');
    await firstValueFrom(sweep(long, { runsDir, workers: 1 }).pipe(isUnderWay));
    await expect.poll(async () => (await runs())[0]?.state, { timeout: 20_000 }).toBe('interrupted');
    await expect.poll(async () => (await runs())[0]?.holder, { timeout: 20_000 }).toBeNull();
    const [broken] = await runs();
    expect(broken).toMatchObject({ reason: 'interrupted', problem: null });
    const resumed = sweep(long, { runsDir, workers: 1, resume: true });
    const [row] = await lastValueFrom(resumed.pipe(runSummaries(), toArray()));
    expect(row).toMatchObject({ runId: broken?.runId, reason: 'completed', step: 10_000 });
    expect(await runs()).toHaveLength(1);
  });

  // Elsewhere a process cannot read another's environment.
  it.skipIf(process.platform !== 'linux')('keeps the token of a server to itself', async () => {
    vi.stubEnv('GROKSCOPE_TOKEN', 'sesame');
    vi.stubEnv('GROKSCOPE_OTHER', 'handed on');
    try {
      const long = { ...spec(100_000), vary: { 'optimizer.lr': [0.01] } };
      const isUnderWay = filter((event: { type: string }) => event.type === 'runProgress');
      const environment = async (): Promise<string> =>
        readFile(`/proc/${(await runs())[0]?.holder?.pid}/environ`, 'utf8');
      const found = await firstValueFrom(
        sweep(long, { runsDir, workers: 1 }).pipe(isUnderWay, mergeMap(environment)),
      );
      expect(found).toContain('GROKSCOPE_OTHER=handed on');
      expect(found).not.toContain('sesame');
      await expect.poll(async () => (await runs())[0]?.holder, { timeout: 20_000 }).toBeNull();
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
