import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { tap } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunWriter } from '@grokscope/store';
import { createRunFolder } from '@grokscope/store';
import { MOST_WAITING } from '@grokscope/training';
import { right, smallSpec } from '../testing/run-bench.js';
import { trainFacts } from '../train/train.js';
import { recordRun } from './record-run.js';

const spec = smallSpec({
  model: { dModel: 4, nHeads: 1, dHead: 4, dMlp: 4 },
  training: { steps: 150 },
  observe: { metricsEvery: 1, progressEvery: 1000, checkpointEvery: 75 },
});
/** The most items emitted at one step boundary, plus those in transit between the threads. */
const AT_A_BORDER = 8;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'grokscope-slow-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/**
 * Trains in a thread and stores on a disk that takes `eventMs` for each event; returns how far training was ahead at
 * most.
 */
async function recorded(
  name: string,
  eventMs: number,
): Promise<{ readonly folder: string; readonly most: number }> {
  const record = { runId: 'a', name, createdAt: '', spec, engine: 'reference', threads: 1 };
  const disk = right(await createRunFolder(join(root, name), record)());
  let [told, taken, most] = [0, 0, 0];
  const writer: RunWriter = {
    ...disk,
    appendEvent: (event) => async () => {
      if (eventMs > 0) await delay(eventMs);
      return disk.appendEvent(event)();
    },
    // Not all methods of the writer are its own properties.
    isHeld: () => disk.isHeld(),
    writeCheckpoint: (...given) => disk.writeCheckpoint(...given),
    stepsToThin: (...given) => disk.stepsToThin(...given),
    thinCheckpoints: (...given) => disk.thinCheckpoints(...given),
    close: () => disk.close(),
  };
  const ended = await recordRun(
    { writer, spec, trainOptions: { engine: 'reference', threads: 1 } },
    {},
    {
      now: () => new Date(0),
      train: (given, options) => {
        options.taken$?.subscribe(() => (taken += 1));
        return trainFacts(given, options).pipe(
          tap(() => {
            told += 1;
            most = Math.max(most, told - taken);
          }),
        );
      },
    },
  );
  expect(E.isRight(ended) ? ended.right.reason : ended.left).toBe('completed');
  return { folder: disk.folder, most };
}

/** Returns the events of a run without what the clock measures, and the folder. */
async function eventsOf(folder: string): Promise<unknown[]> {
  const lines = (await readFile(join(folder, 'events.ndjson'), 'utf8')).trim().split('\n');
  const ofClock = ['elapsedMs', 'evaluationMs', 'stepsPerSecond'];
  return lines.map(
    (line) =>
      JSON.parse(line.replaceAll(JSON.stringify(folder).slice(1, -1), ''), (key, value: unknown) =>
        ofClock.includes(key) ? 0 : value,
      ) as unknown,
  );
}

async function weightsOf(folder: string): Promise<readonly (readonly [string, Buffer])[]> {
  const checkpoints = join(folder, 'checkpoints');
  const names = (await readdir(checkpoints)).filter((name) => /^step-\d+\.safetensors$/.test(name)).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(join(checkpoints, name))] as const));
}

describe('a disk that is slower than training', () => {
  it('holds the training thread back, and the run is the same to the byte', async () => {
    const slow = await recorded('slow', 5);
    const fast = await recorded('fast', 0);
    expect(slow.most).toBeGreaterThan(MOST_WAITING / 2);
    expect(slow.most).toBeLessThanOrEqual(MOST_WAITING + AT_A_BORDER);
    expect(await eventsOf(slow.folder)).toEqual(await eventsOf(fast.folder));
    const [of, again] = [await weightsOf(slow.folder), await weightsOf(fast.folder)];
    expect(of.map(([name]) => name)).toHaveLength(2);
    expect(of).toEqual(again);
  });
});
