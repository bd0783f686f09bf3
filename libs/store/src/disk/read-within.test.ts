import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeStoredSpec } from '@grokscope/schema';
import { checkpointFileName } from '../checkpoints/checkpoints.js';
import {
  FileTooLarge,
  createRunFolder,
  describeStoreError,
  listRuns,
  openRun,
  reopenRunFolder,
  readFileWithin,
} from '../index.js';
import { CHECKPOINTS_FOLDER } from '../run/run-record.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-within-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Far larger than any memory, yet not a byte on the disk. */
const ENORMOUS = 2 ** 42;
async function sparse(...path: string[]): Promise<string> {
  const file = join(folder, ...path);
  await writeFile(file, '', { flag: 'a' });
  await truncate(file, ENORMOUS);
  return file;
}

describe('a file of somebody else', () => {
  it('is read whole up to the limit, and not at all beyond it', async () => {
    const path = join(folder, 'a');
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i & 255));
    await writeFile(path, bytes);
    expect(bytes.equals(await readFileWithin(path, 200_000))).toBe(true);
    await expect(readFileWithin(path, 199_999)).rejects.toThrow(
      'has 200000 bytes; such a file has at most 199999',
    );
    await writeFile(path, '');
    expect(await readFileWithin(path, 0)).toHaveLength(0);
    await expect(readFileWithin(await sparse('b'), 1 << 30)).rejects.toThrow(FileTooLarge);
    await expect(readFileWithin(join(folder, 'nowhere'), 1)).rejects.toThrow('ENOENT');
  });

  it.skipIf(process.platform === 'win32')('that has no size is left at the limit', async () => {
    await expect(readFileWithin('/dev/zero', 1 << 20)).rejects.toThrow('goes on after 1048576 bytes');
    expect(await readFileWithin('/dev/null', 1)).toHaveLength(0);
  });
});

describe('a run with an enormous file', () => {
  const spec = decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } });
  const made = async (): Promise<void> => {
    if (E.isLeft(spec)) throw new Error('the spec of this test is wrong');
    const record = { runId: 'a-1', name: 'tiny', createdAt: new Date(0).toISOString(), spec: spec.right };
    const writer = await createRunFolder(folder, { ...record, engine: 'wasm', threads: 1 })();
    if (E.isLeft(writer)) throw new Error('no writer');
    const weights = { 'embed.W_E': { dtype: 'F32' as const, shape: [1], data: Float32Array.of(1) } };
    await writer.right.writeCheckpoint(3, weights)();
    await writer.right.close()();
  };
  const read = async () => {
    const run = await openRun(folder, 'a-1')();
    return E.isLeft(run) ? run : run.right.readCheckpoint('newest')();
  };

  it.each([
    [
      'a checkpoint',
      [CHECKPOINTS_FOLDER, checkpointFileName(3)],
      /has 4398046511104 bytes where \d+ were written/,
    ],
    ['a manifest', [CHECKPOINTS_FOLDER, 'step-00000003.json'], /has 4398046511104 bytes; .* at most 1048576/],
    ['a record', ['run.json'], /has 4398046511104 bytes; .* at most 1048576/],
  ])('as %s is refused unread', async (_, path, message) => {
    await made();
    await sparse('a-1', ...path);
    const result = await read();
    expect(E.isLeft(result) && describeStoreError(result.left)).toMatch(message);
  });

  it('as events without a newline says in which line, whoever reads them', async () => {
    await made();
    await sparse('a-1', 'events.ndjson');
    const problem = /line 1: it is too long for an event/;
    expect(await listRuns(folder)()).toMatchObject({
      right: [{ problem: expect.stringMatching(problem) as string }],
    });
    const run = await openRun(folder, 'a-1')();
    const events = E.isLeft(run) ? run : await run.right.readEvents()();
    expect(E.isLeft(events) && describeStoreError(events.left)).toMatch(problem);
    const reopened = await reopenRunFolder(folder, 'a-1')();
    expect(E.isLeft(reopened) && describeStoreError(reopened.left)).toMatch(problem);
    expect((await stat(join(folder, 'a-1', 'events.ndjson'))).size).toBe(ENORMOUS);
  });

  it('as notes has none', async () => {
    await made();
    await sparse('a-1', 'notes.json');
    expect(await listRuns(folder)()).toMatchObject({ right: [{ note: '', tags: [], problem: null }] });
  });

  it('as weights that no manifest describes is refused by its size', async () => {
    await made();
    await rm(join(folder, 'a-1', CHECKPOINTS_FOLDER, 'step-00000003.json'));
    await sparse('a-1', CHECKPOINTS_FOLDER, checkpointFileName(3));
    const result = await read();
    expect(E.isLeft(result) && describeStoreError(result.left)).toMatch(/at most 2147483647/);
  });
});
