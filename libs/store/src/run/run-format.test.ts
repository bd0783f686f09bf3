import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeStoredSpec } from '@grokscope/schema';
import { createRunFolder, describeStoreError, listRuns, openRun, reopenRunFolder } from '../index.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));
/** As the first version wrote it. */
const oldest = { runId: 'a-1', name: 'tiny', createdAt: '2026-01-02T03:04:05.000Z', spec, engine: 'wasm' };

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-format-'));
  await mkdir(join(runsDir, 'a-1'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const file = (): string => join(runsDir, 'a-1', 'run.json');
const written = async (): Promise<unknown> => JSON.parse(await readFile(file(), 'utf8'));

describe('the format of a run', () => {
  it('is named in what is written', async () => {
    const record = { ...oldest, runId: 'b-2', threads: 2, rewrites: false };
    const writer = right(await createRunFolder(runsDir, record)());
    right(await writer.close()());
    expect(JSON.parse(await readFile(join(runsDir, 'b-2', 'run.json'), 'utf8'))).toEqual({
      format: 2,
      ...record,
    });
    expect(right(await openRun(runsDir, 'b-2')()).record).toEqual(record);
  });

  it('that is older is read as one of today, left as it is by readers, and new once the run goes on', async () => {
    await writeFile(file(), JSON.stringify(oldest));
    const today = { ...oldest, threads: null, rewrites: true };
    expect(right(await openRun(runsDir, 'a-1')()).record).toEqual(today);
    expect(right(await listRuns(runsDir)())).toMatchObject([{ runId: 'a-1', problem: null }]);
    expect(await written()).toEqual(oldest);
    const { writer } = right(await reopenRunFolder(runsDir, 'a-1')());
    right(await writer.close()());
    expect(await written()).toEqual({ format: 2, ...today });
  });

  it.each([
    [3, /has format 3, and this version of Grokscope reads formats 1 to 2; a newer one wrote it/],
    ['2', /format is "2", which is not a version/],
    [0, /which is not a version/],
    [1.5, /which is not a version/],
  ])('%j is refused, and nothing in its folder changed', async (format, message) => {
    await writeFile(file(), JSON.stringify({ format, ...oldest }));
    for (const attempt of [openRun(runsDir, 'a-1'), reopenRunFolder(runsDir, 'a-1')]) {
      const result = await attempt();
      expect(E.isLeft(result) && describeStoreError(result.left)).toMatch(message);
    }
    expect(right(await listRuns(runsDir)())[0]?.problem).toMatch(message);
    expect(await written()).toEqual({ format, ...oldest });
  });
});
