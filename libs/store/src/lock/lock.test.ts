import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeStoredSpec } from '@grokscope/schema';
import {
  createRunFolder,
  deleteRun,
  describeStoreError,
  listRuns,
  pruneCheckpoints,
  reconcileRuns,
  reopenRunFolder,
} from '../index.js';
import type { RunSummary } from '../index.js';
import { acquireLock, holderLife, readLock } from './lock.js';
import { openRunIndex } from '../index/run-index.js';
import { CONTENDED_RUN as RUN_ID, contendedEvent } from '../testing/contended-run.js';
import { lockOfTheDead } from '../testing/contenders.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));
const record = {
  ...{ runId: RUN_ID, name: 'tiny', createdAt: '2026-01-02T03:04:05.000Z' },
  ...{ spec, engine: 'wasm', threads: 1 },
};

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-lock-'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const inRun = (...parts: string[]): string => join(runsDir, RUN_ID, ...parts);
const only = async (root = runsDir): Promise<RunSummary> => {
  const [first, ...others] = right(await listRuns(root)());
  expect(others).toEqual([]);
  return first!;
};

async function liveRun() {
  const writer = right(await createRunFolder(runsDir, record)());
  right(await writer.appendEvent(contendedEvent(0, process.pid))());
  return writer;
}

/** Every way to take hold of a run; each must be refused while another process writes it. */
const takers = {
  resume: () => reopenRunFolder(runsDir, RUN_ID)(),
  prune: () => pruneCheckpoints(runsDir, RUN_ID, { keepLast: 1 })(),
  rm: () => deleteRun(runsDir, RUN_ID)(),
};

describe('who holds a run', () => {
  it('is nobody once its process has ended, even where its parent has not asked for it', async () => {
    if (process.platform !== 'linux') return;
    // The shell becomes a program that never waits for its child.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 600']);
    try {
      const [pid] = (await once(parent.stdout, 'data')).map(Number);
      const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
      const start = stat().split(' ')[21];
      await expect.poll(() => stat().split(' ')[2]).toBe('Z');
      await (await liveRun()).close()();
      const zombie = { pid, host: hostname(), since: new Date().toISOString(), processStart: start };
      await writeFile(inRun('lock.json'), JSON.stringify(zombie));
      expect(holderLife((await readLock(inRun()))!)).toBe('dead');
      expect(await only()).toMatchObject({ state: 'stale', holder: null });
      expect(right(await reconcileRuns(runsDir)())).toEqual([RUN_ID]);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it.each(Object.entries(takers))(
    'is not told from a pid of another namespace, whatever has that pid here (%s)',
    async (_, take) => {
      await (await liveRun()).close()();
      const dead = JSON.parse(lockOfTheDead()) as object;
      const elsewhere = { ...dead, since: new Date().toISOString(), namespace: 'a boot pid:[4026539999]' };
      await writeFile(inRun('lock.json'), JSON.stringify(elsewhere));
      expect(await only()).toMatchObject({ state: 'running', holder: { host: hostname() } });
      expect(await take()).toMatchObject({ left: { _tag: 'RunHeld' } });
      expect(right(await reconcileRuns(runsDir)())).toEqual([]);
    },
  );

  it('loses a run of another namespace after a minute of silence, of which one is told', async () => {
    await (await liveRun()).close()();
    const lock = { ...(JSON.parse(lockOfTheDead()) as object), namespace: 'a boot pid:[4026539999]' };
    await writeFile(inRun('lock.json'), JSON.stringify(lock));
    const lastSeen = new Date(1000 * Math.floor(Date.now() / 1000 - 30));
    await utimes(inRun('lock.json'), lastSeen, lastSeen);
    const refused = await takers.resume();
    const free = new Date(lastSeen.getTime() + 60_000).toISOString();
    expect(E.isLeft(refused) && describeStoreError(refused.left)).toContain(`free at ${free}`);
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(inRun('lock.json'), longAgo, longAgo);
    await right(await takers.resume()).writer.close()();
  });
});

describe('a run folder copied while its run is live', () => {
  it('is held by nobody, says so in every list, and can go on at once', async () => {
    const writer = await liveRun();
    const elsewhere = join(runsDir, 'elsewhere');
    await cp(inRun(), join(elsewhere, RUN_ID), { recursive: true, preserveTimestamps: true });
    const index = await openRunIndex(elsewhere);
    for (const copy of [await only(elsewhere), right(await index.list()())[0]!]) {
      expect(copy).toMatchObject({ runId: RUN_ID, state: 'stale', holder: null, lastSeq: 0 });
      expect(copy.problem).toMatch(/^copied from .* while process \d+ wrote the run there; .*--resume/);
    }
    index.close();
    const copy = right(await reopenRunFolder(elsewhere, RUN_ID)()).writer;
    right(await copy.appendEvent(contendedEvent(1, 1))());
    right(await writer.appendEvent(contendedEvent(1, process.pid))());
    await copy.close()();
    expect(await only(elsewhere)).toMatchObject({ state: 'interrupted', lastSeq: 1, problem: null });
    await rm(elsewhere, { recursive: true });
    expect(await only()).toMatchObject({ state: 'running', lastSeq: 1, problem: null });
    await writer.close()();
  });
});

describe('a run folder that is moved while its run is live', () => {
  const moves: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['renamed', (path) => rename(path, join(runsDir, 'moved away'))],
    ['deleted', (path) => rm(path, { recursive: true })],
  ];
  it.each(moves)('(%s) is written no more, and is not made again at its old place', async (_, move) => {
    const writer = await liveRun();
    await move(inRun());
    const words = /could not write.*: its lock is gone: the folder was moved, renamed or deleted/;
    const appended = await writer.appendEvent(contendedEvent(1, process.pid))();
    expect(E.isLeft(appended) && describeStoreError(appended.left)).toMatch(words);
    const weights = { W: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } } as const;
    expect(E.isLeft(await writer.writeCheckpoint(10, weights)())).toBe(true);
    expect(await writer.isHeld()).toBe(false);
    await writer.close()();
    expect(await readdir(runsDir)).not.toContain(RUN_ID);
    if (_ === 'renamed') {
      const events = await readFile(join(runsDir, 'moved away', 'events.ndjson'), 'utf8');
      expect(events.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

describe('a lock', () => {
  it('leaves no guard behind of one who died taking it, once the run goes on', async () => {
    await (await liveRun()).close()();
    const ofAnother = 'lock.json.0123456789abcdef.guard';
    await writeFile(inRun(ofAnother), lockOfOne);
    const { writer } = right(await reopenRunFolder(runsDir, RUN_ID)());
    expect(await readdir(inRun())).not.toContain(ofAnother);
    await writer.close()();
  });

  it('that was given back and taken by another is not removed by the first', async () => {
    const first = await acquireLock(runsDir);
    if (!('release' in first)) throw new Error('not free');
    await rm(join(runsDir, 'lock.json'));
    const second = await acquireLock(runsDir);
    if (!('release' in second)) throw new Error('not free');
    expect(await first.loss()).toMatchObject({ to: { pid: process.pid } });
    await first.release();
    expect(await second.loss()).toBeUndefined();
    await second.release();
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('is one of those who want it at once, in one process too', async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(join(runsDir, 'lock.json'), lockOfOne);
      const taken = await Promise.all(Array.from({ length: 5 }, () => acquireLock(runsDir)));
      const locks = taken.filter((one) => 'release' in one);
      expect(locks).toHaveLength(1);
      await locks[0]!.release();
      expect(await readdir(runsDir)).toEqual([]);
    }
  });
});

const lockOfOne = lockOfTheDead();
