import { mkdir, mkdtemp, open, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeStoredSpec } from '@grokscope/schema';
import { createRunFolder, openRun, readNotes, reopenRunFolder } from '../index.js';
import { seeLock } from './lock-file.js';
import { CONTENDED_RUN, contendedEvent } from '../testing/contended-run.js';
import { Contenders, lockOfTheDead } from '../testing/contenders.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'contended', task: { kind: 'modularAddition', p: 5 } }));
const record = {
  ...{ runId: CONTENDED_RUN, name: 'contended', createdAt: '2026-01-02T03:04:05.000Z' },
  ...{ spec, engine: 'wasm', threads: 1 },
};

const PROCESSES = 4;
let contenders: Contenders;
let runsDir: string;
let dead: string;
beforeAll(async () => {
  contenders = await Contenders.start(PROCESSES);
  dead = lockOfTheDead();
}, 60_000);
afterAll(() => contenders.stop());
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-race-'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const inRun = (...parts: string[]): string => join(runsDir, CONTENDED_RUN, ...parts);

async function newRun(): Promise<void> {
  await rm(inRun(), { recursive: true, force: true });
  const writer = right(await createRunFolder(runsDir, record)());
  right(await writer.appendEvent(contendedEvent(0, 1))());
  right(await writer.close()());
}

/** Which process stored each event; throws if a `seq` is missing, duplicated or out of order. */
async function storedBy(): Promise<readonly (number | null)[]> {
  const events = right(await right(await openRun(runsDir, CONTENDED_RUN)()).readEvents()());
  return events.map((event) => (event.type === 'metrics' ? event.trainLoss : null));
}

describe('several processes that want what a dead one held', () => {
  it.each([
    ['a dead lock', false],
    ['a dead lock that another died breaking', true],
  ])('%s has one new holder', async (_, withDeadGuard) => {
    for (let round = 0; round < 40; round++) {
      const folder = join(runsDir, String(round));
      await mkdir(folder);
      const path = join(folder, 'lock.json');
      await writeFile(path, dead);
      if (withDeadGuard) {
        await writeFile(`${path}.${(await seeLock(path, folder))!.key}.guard`, dead);
      }
      const replies = await contenders.tell(() => ({ do: 'acquire', folder }), 1.5);
      expect(replies.filter(({ won }) => won === true)).toHaveLength(1);
      expect(replies.filter(({ won }) => won === false)).toHaveLength(PROCESSES - 1);
      const released = await contenders.tell(() => ({ do: 'release' }));
      expect(released.filter(({ lost }) => lost === true)).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('lose no tag that was acknowledged', async () => {
    for (let round = 0; round < 30; round++) {
      await newRun();
      await writeFile(inRun('notes.lock'), dead);
      const replies = await contenders.tell((n) => ({ do: 'tag', runsDir, tag: `t${n}` }), 1);
      expect(replies).toEqual(replies.map(() => ({ won: true })));
      expect((await readNotes(inRun())).tags).toEqual(replies.map((_, n) => `t${n}`));
    }
  });

  it('resume a killed run once: the others store nothing', async () => {
    const events = 200;
    for (let round = 0; round < 20; round++) {
      await newRun();
      await writeFile(inRun('lock.json'), dead);
      const replies = await contenders.tell(() => ({ do: 'resume', runsDir, events }), 1);
      const stored = await storedBy();
      const winners = replies.filter(({ won }) => won === true);
      expect(winners.map((reply) => reply.stored)).toEqual(winners.map(() => events));
      // A late process may find the run free again, and continue where the first one ended.
      expect(stored).toHaveLength(1 + winners.length * events);
      expect(replies.filter(({ won }) => won !== true).every(({ error }) => error === 'RunHeld')).toBe(true);
    }
  });
});

describe('a writer that stood still, elsewhere, until another had its run', () => {
  it.skipIf(process.platform === 'win32')(
    'stores nothing more, at whatever moment it stood still',
    async () => {
      for (let round = 0; round < 15; round++) {
        await newRun();
        const [child] = contenders.processes;
        const reply = contenders.tell((n) =>
          n === 0 ? { do: 'resume', runsDir, events: 1_000_000 } : { do: 'release' },
        );
        await expect.poll(async () => (await storedBy()).length).toBeGreaterThan(20);
        await delay(Math.random() * 5);
        child!.kill('SIGSTOP');
        const elsewhere = { pid: child!.pid, host: 'another-host', since: '2026-01-02T03:04:05.000Z' };
        await writeFile(inRun('lock.json'), JSON.stringify(elsewhere));
        const longAgo = new Date(Date.now() - 61_000);
        await utimes(inRun('lock.json'), longAgo, longAgo);
        const { writer, history } = right(await reopenRunFolder(runsDir, CONTENDED_RUN)());
        const from = history.facts.lastSeq + 1;
        child!.kill('SIGCONT');
        expect((await reply)[0]).toMatchObject({ won: true, error: 'RunHeld' });
        for (let seq = from; seq < from + 5; seq++)
          right(await writer.appendEvent(contendedEvent(seq, process.pid))());
        right(await writer.close()());
        const stored = await storedBy();
        expect(stored).toHaveLength(from + 5);
        expect(stored.slice(from)).toEqual(Array.from({ length: 5 }, () => process.pid));
      }
    },
  );

  it('writes into a file that is no longer the run’s where it had looked already', async () => {
    await newRun();
    const late = await open(inRun('events.ndjson'), 'a');
    const elsewhere = { pid: 1, host: hostname(), namespace: 'another', since: '2026-01-02T03:04:05.000Z' };
    await writeFile(inRun('lock.json'), JSON.stringify(elsewhere));
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(inRun('lock.json'), longAgo, longAgo);
    const { writer } = right(await reopenRunFolder(runsDir, CONTENDED_RUN)());
    const before = await readFile(inRun('events.ndjson'), 'utf8');
    await late.write(`${JSON.stringify(contendedEvent(1, 1))}\n`);
    await late.close();
    expect(await readFile(inRun('events.ndjson'), 'utf8')).toBe(before);
    right(await writer.appendEvent(contendedEvent(1, process.pid))());
    right(await writer.close()());
    expect(await storedBy()).toEqual([1, process.pid]);
  });
});
