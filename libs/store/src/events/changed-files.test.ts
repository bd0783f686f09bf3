import { execFileSync } from 'node:child_process';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import { EventCursor, createRunCatalogue, listRuns, tailEvents } from '../index.js';
import type { RunIndex, RunRecord } from '../index.js';
import { acquireLock } from '../lock/lock.js';
import { openRunIndex } from '../index/run-index.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));
const record = (runId: string): RunRecord => ({
  ...{ runId, name: 'tiny', createdAt: '2026-01-02T03:04:05.000Z', spec, engine: 'wasm', threads: 1 },
});

/**
 * Lines of 0, 1 and 2, the lives of a run, differ in length; an even number of lines of 1 is as long as the same number
 * of 0, so that files of both can have one size.
 */
const loss = (seq: number, life: number): number => [1.5, seq % 2 === 0 ? 2 : 2.555, 3.25][life]!;
const measured = (seq: number, life = 0): RunEvent => ({
  ...{ type: 'metrics', runId: 'a-1', seq, time: `2026-01-02T03:04:05.00${life}Z`, step: seq },
  ...{ trainLoss: loss(seq, life), testLoss: 2, trainAccuracy: 0, testAccuracy: 0 },
  ...{ sumSquaredWeights: 1, stepsPerSecond: 2 },
});
const lines = (from: number, to: number, life = 0): string =>
  Array.from({ length: to - from }, (_, i) => `${JSON.stringify(measured(from + i, life))}\n`).join('');

let runsDir: string;
let index: RunIndex;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-changed-'));
  index = await openRunIndex(runsDir);
});
afterEach(async () => {
  index.close();
  await rm(runsDir, { recursive: true, force: true });
});

const inRun = (...parts: string[]): string => join(runsDir, 'a-1', ...parts);
const events = (): string => inRun('events.ndjson');

async function makeRun(text: string, runId = 'a-1', folder = runId): Promise<void> {
  await mkdir(join(runsDir, folder));
  await writeFile(join(runsDir, folder, 'run.json'), JSON.stringify(record(runId)));
  await writeFile(join(runsDir, folder, 'events.ndjson'), text);
}

/** What may happen to an events file of forty lines after it was read; each case leaves another beginning. */
const changes: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'lost its end in a power cut and grew past where it was',
    async () => {
      await truncate(events(), Buffer.byteLength(lines(0, 19)));
      await appendFile(events(), lines(19, 60, 1));
    },
  ],
  [
    'lost its end and grew to where it was',
    async () => {
      await truncate(events(), Buffer.byteLength(lines(0, 20)));
      await appendFile(events(), lines(20, 40, 1));
    },
  ],
  [
    'lost its end and grew to less',
    async () => {
      await truncate(events(), Buffer.byteLength(lines(0, 20)));
      await appendFile(events(), lines(20, 30, 1));
    },
  ],
  [
    'was replaced by another, longer one',
    async () => {
      await writeFile(`${events()}.new`, lines(0, 70, 2));
      await rename(`${events()}.new`, events());
    },
  ],
  [
    'was altered in its middle, in place',
    async () => {
      const text = await readFile(events(), 'utf8');
      await writeFile(events(), text.replace('"trainLoss":1.5', '"trainLoss":9.5'));
    },
  ],
];

/** A time different from the previous file's, even on file systems with coarse timestamps. */
const later = async (): Promise<void> => utimes(events(), new Date(), new Date(Date.now() + 5000));

describe('an events file that is not what was read, and more', () => {
  it.each(changes)('(%s) is read anew by the index', async (_, change) => {
    await makeRun(lines(0, 40));
    right(await index.list()());
    await change();
    await later();
    const fresh = right(await listRuns(runsDir)());
    expect(fresh[0]).toMatchObject({ problem: null });
    expect(right(await index.list()())).toEqual(fresh);
    const curve = right(await index.series('a-1', 'trainLoss', { points: 1000 })());
    const stored = (await readFile(events(), 'utf8')).trimEnd().split('\n');
    expect(curve.points.map(({ min }) => min)).toEqual(
      stored.map((line) => (JSON.parse(line) as { trainLoss: number }).trainLoss),
    );
  });

  it.each(changes)('(%s) is read anew by a catalogue that remembers', async (_, change) => {
    await makeRun(lines(0, 40));
    const catalogue = createRunCatalogue(runsDir);
    right(await catalogue.list()());
    await change();
    await later();
    expect(right(await catalogue.list()())).toEqual(right(await listRuns(runsDir)()));
  });

  it('is no problem any more once it is mended', async () => {
    await makeRun(`${lines(0, 40)}garbage\n`);
    const catalogue = createRunCatalogue(runsDir);
    for (const one of [index, catalogue]) {
      expect(right(await one.list()())[0]).toMatchObject({
        lastSeq: 39,
        problem: expect.any(String) as string,
      });
    }
    await writeFile(events(), lines(0, 40));
    await later();
    for (const one of [index, catalogue]) {
      expect(right(await one.list()())[0]).toMatchObject({ lastSeq: 39, problem: null });
    }
  });

  // A follower has emitted what it read; lines rewritten under it are not emitted again, and new ones are.
  const followed = changes.slice(0, 4);
  const seqsFrom = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const linesNow = async (): Promise<number> => (await readFile(events(), 'utf8')).split('\n').length - 1;

  it.each(followed)('(%s) is followed on by a cursor, and by one from a place it gave', async (_, change) => {
    await makeRun(lines(0, 40));
    const cursor = new EventCursor(inRun());
    while ((await cursor.next(1000)).length > 0);
    const other = new EventCursor(inRun(), cursor.position);
    await change();
    for (const one of [cursor, other]) {
      const seen: number[] = [];
      for (let page = await one.next(1000); page.length > 0; page = await one.next(1000)) {
        for (const { seq, line } of page) {
          expect(JSON.parse(line.toString())).toMatchObject({ seq });
          seen.push(seq);
        }
      }
      expect(seen).toEqual(seqsFrom(40, await linesNow()));
    }
  });

  it.each(followed)('(%s) is followed on by who tails it', async (_, change) => {
    await makeRun(lines(0, 40));
    const lock = await acquireLock(inRun());
    if (!('release' in lock)) throw new Error('not free');
    const seen: number[] = [];
    for await (const batch of tailEvents(inRun(), { pollMs: 1 })) {
      const isFirst = seen.length === 0;
      seen.push(...batch.map(({ seq }) => seq));
      if (!isFirst) continue;
      await change();
      await lock.release();
    }
    expect(seen).toEqual(seqsFrom(0, Math.max(40, await linesNow())));
  });
});

describe('a damaged line', () => {
  it.each([
    ['no JSON', 'garbage'],
    ['an event without its parts', '{"type":"metrics","seq":40}'],
    ['an event with wrong parts', '{"type":"metrics","seq":40,"step":{"a":1},"trainLoss":[]}'],
  ])('(%s) costs the index no descriptor, and no other run its place', async (_, line) => {
    await makeRun(`${lines(0, 40)}${line}\n`);
    await makeRun(lines(0, 10), 'b-2');
    const opened = async (): Promise<string[]> => {
      if (process.platform !== 'linux') return [];
      const links = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      );
      return (await Promise.all(links)).filter(
        (path) => path.startsWith(runsDir) && !path.includes('.index'),
      );
    };
    for (let i = 0; i < 10; i++) {
      await appendFile(events(), 'more\n');
      expect(right(await index.list()())).toEqual(right(await listRuns(runsDir)()));
      expect(right(await index.get('b-2')())).toMatchObject({ lastSeq: 9 });
    }
    expect(await opened()).toEqual([]);
  });
});

describe('a pipe where a file should be', () => {
  const names = ['run.json', 'events.ndjson', 'notes.json', 'lock.json'];
  it.skipIf(process.platform === 'win32').each(names)('(%s) holds up no list', async (name) => {
    await makeRun(lines(0, 40));
    await makeRun(lines(0, 10), 'b-2');
    await rm(inRun(name), { force: true });
    execFileSync('mkfifo', [inRun(name)]);
    for (const list of [await listRuns(runsDir)(), await index.list()()]) {
      const runs = right(list);
      expect(runs.map(({ runId }) => runId).sort()).toEqual(['a-1', 'b-2']);
      expect(runs.find(({ runId }) => runId === 'b-2')).toMatchObject({ lastSeq: 9, problem: null });
      const { problem } = runs.find(({ runId }) => runId === 'a-1')!;
      if (name === 'notes.json') expect(problem).toBeNull();
      else expect(problem).toMatch(new RegExp(`${name} is a pipe, not a file$`));
    }
  });
});

describe('a run folder that has not its name', () => {
  const odd = ['a-1 (copy)', 'Copy of a-1', 'A-1', 'ä', 'a_1', 'b-1', 'x'.repeat(120)];
  it.each(odd)('(%s) is listed with what to do', async (name) => {
    await makeRun(lines(0, 40), 'a-1', name);
    for (const catalogue of [index, createRunCatalogue(runsDir)]) {
      expect(right(await catalogue.list()())).toMatchObject([
        { runId: name, name: 'tiny', state: 'interrupted', step: 39, createdAt: record('a-1').createdAt },
      ]);
      const [run] = right(await catalogue.list()());
      expect(run!.problem).toBe(
        `"${name}" is run "a-1" under another name; to use it, rename the folder to "a-1"`,
      );
    }
    await mkdir(inRun());
    await copyFile(join(runsDir, name, 'run.json'), inRun('run.json'));
    for (const catalogue of [index, createRunCatalogue(runsDir)]) {
      const runs = right(await catalogue.list()());
      expect(runs.map(({ runId }) => runId).sort()).toEqual([name, 'a-1'].sort());
      expect(runs.find(({ runId }) => runId === 'a-1')).toMatchObject({ problem: null });
      expect(runs.find(({ runId }) => runId === name)!.problem).toMatch(/is a copy of run "a-1"; .*--runs/);
    }
  });

  it('is none where it holds no run', async () => {
    await mkdir(join(runsDir, 'My notes'));
    await writeFile(join(runsDir, 'My notes', 'run.json'), '{"runId":"../a-1"}');
    await mkdir(join(runsDir, 'sweeps'));
    expect(right(await index.list()())).toEqual([]);
    expect(right(await listRuns(runsDir)())).toEqual([]);
  });
});
