import type * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunProgress } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import { createRunFolder, describeStoreError, listRuns, reopenRunFolder } from '../index.js';
import type { RunWriter } from '../index.js';

/** The error that the disk raises on the next write, after this many bytes. */
const disk = vi.hoisted(() => ({ code: '', room: Infinity }));
const refusal = vi.hoisted(
  () => (code: string) => Object.assign(new Error(`${code}: from the disk`), { code }),
);

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    writeSync: (fd: number, bytes: Buffer, from: number) => {
      if (disk.room === 0) throw refusal(disk.code);
      const written = real.writeSync(fd, bytes, from, Math.min(bytes.length - from, disk.room));
      disk.room -= written;
      return written;
    },
  };
});
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  return {
    ...real,
    mkdir: async (...given: Parameters<typeof real.mkdir>) => {
      if (disk.code === 'EROFS') throw refusal(disk.code);
      return real.mkdir(...given);
    },
    open: async (...given: Parameters<typeof real.open>) => {
      const file = await real.open(...given);
      const writeFile = file.writeFile.bind(file);
      file.writeFile = async (content, ...rest) => {
        if (disk.code !== '') {
          await writeFile((content as Buffer).subarray(0, 10));
          throw refusal(disk.code);
        }
        return writeFile(content, ...rest);
      };
      return file;
    },
  };
});

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));
const record = {
  ...{ runId: 'a-1', name: 'tiny', createdAt: '2026-01-02T03:04:05.000Z', spec },
  ...{ engine: 'wasm', threads: 1 },
};
const tensors = { W: { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) } };
const progress: RunProgress = {
  settings: {},
  stepMemorized: null,
  stepGeneralized: null,
  elapsedMs: 1,
  evaluationMs: 0,
};
const metrics = (seq: number): RunEvent => ({
  type: 'metrics',
  ...{ runId: 'a-1', seq, time: '2026-01-02T03:04:05.000Z', step: seq * 10 },
  ...{
    trainLoss: 1,
    testLoss: 2,
    trainAccuracy: 0,
    testAccuracy: 0,
    sumSquaredWeights: 3,
    stepsPerSecond: 4,
  },
});

let runsDir: string;
let writer: RunWriter;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-disk-'));
  writer = right(await createRunFolder(runsDir, record)());
  right(await writer.appendEvent(metrics(0))());
  right(await writer.writeCheckpoint(10, tensors, { optimizer: tensors, progress })());
});
afterEach(async () => {
  Object.assign(disk, { code: '', room: Infinity });
  await writer.close()();
  await rm(runsDir, { recursive: true, force: true });
});

const said = (result: E.Either<Parameters<typeof describeStoreError>[0], unknown>): string =>
  E.isLeft(result) ? describeStoreError(result.left) : 'nothing';

describe('a disk that is full', () => {
  it('leaves no half line: what was stored stays, and there is room for more once there is', async () => {
    Object.assign(disk, { code: 'ENOSPC', room: 40 });
    expect(said(await writer.appendEvent(metrics(1))())).toMatch(
      /could not write .*events\.ndjson: the disk is full/,
    );
    const stored = await readFile(join(writer.folder, 'events.ndjson'), 'utf8');
    expect(stored).toBe(`${JSON.stringify(metrics(0))}\n`);
    Object.assign(disk, { code: '', room: Infinity });
    right(await writer.appendEvent(metrics(1))());
    expect(right(await listRuns(runsDir)())).toMatchObject([{ lastSeq: 1, problem: null }]);
  });

  it('leaves no half checkpoint: the one before is what the run goes on from', async () => {
    disk.code = 'ENOSPC';
    const result = await writer.writeCheckpoint(20, tensors, { optimizer: tensors, progress })();
    expect(said(result)).toMatch(/could not write a checkpoint in .*a-1: the disk is full/);
    disk.code = '';
    await writer.close()();
    const names = await readdir(join(writer.folder, 'checkpoints'));
    expect(names.filter((name) => !name.startsWith('step-00000010.'))).toEqual([]);
    expect(right(await reopenRunFolder(runsDir, 'a-1')())).toMatchObject({
      point: { step: 10 },
      refused: [],
    });
  });
});

describe('a folder that is read-only', () => {
  it('is named, nothing is begun in it, and its runs are still listed', async () => {
    disk.code = 'EROFS';
    const result = await createRunFolder(runsDir, { ...record, runId: 'b-2' })();
    expect(said(result)).toMatch(/could not create .*b-2: the disk is read-only/);
    expect(await readdir(runsDir)).toEqual(['a-1']);
    expect(right(await listRuns(runsDir)())).toMatchObject([{ runId: 'a-1', lastSeq: 0 }]);
  });
});
