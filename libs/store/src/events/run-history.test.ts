import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repairEvents } from './run-history.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The history of these facts, in the order they were stored. */
async function historyOf(...facts: readonly object[]) {
  const lines = facts.map((fact, seq) => `${JSON.stringify({ ...fact, runId: 'a', seq, time: '' })}\n`);
  await writeFile(join(folder, 'events.ndjson'), lines.join(''));
  return (await repairEvents(folder)).history;
}

const started = (resumedFrom?: number) => ({ type: 'started', resumedFrom });
const set = (step: number, value: number, path = 'optimizer.lr') => ({
  ...{ type: 'command', command: 'set', step, path, value },
});
const scheduled = (step: number, at: number, more: object = {}) => ({
  ...{ type: 'commandAnswer', answer: 'scheduled', step, at, message: '' },
  ...{ command: 'set', path: 'optimizer.lr', value: 1 },
  ...more,
});

describe('the changed settings of a run', () => {
  const changes = async (...facts: object[]) =>
    (await historyOf(...facts)).settings.map(({ step, path, value }) => [step, path, value]);

  it('are those that took effect, by step', async () => {
    expect(await changes(started(), set(20, 1), set(45, 2, 'optimizer.weightDecay'), set(45, 3))).toEqual([
      [20, 'optimizer.lr', 1],
      [45, 'optimizer.weightDecay', 2],
      [45, 'optimizer.lr', 3],
    ]);
  });

  it('after a resumption from before a change: a change of the same setting stands, others are made again', async () => {
    expect(await changes(started(), set(80, 1), started(60), set(66, 2))).toEqual([[66, 'optimizer.lr', 2]]);
    expect(
      await changes(started(), set(80, 1), set(90, 5, 'optimizer.weightDecay'), started(60), set(66, 2)),
    ).toEqual([
      [66, 'optimizer.lr', 2],
      [90, 'optimizer.weightDecay', 5],
    ]);
  });
});

describe('the commands of a run that wait for their step', () => {
  it('are those that neither took effect nor were refused', async () => {
    const stop = { command: 'stop', path: undefined, value: undefined };
    const { waiting } = await historyOf(
      started(),
      scheduled(5, 50),
      scheduled(6, 60),
      scheduled(7, 70, stop),
      { ...set(50, 1), at: 50 },
      { ...scheduled(55, 60), answer: 'refused' },
    );
    expect(waiting).toEqual([{ command: 'stop', at: 70 }]);
  });
});

it('keeps facts of types that only a newer version knows: they count, and spoil nothing', async () => {
  const measured = { type: 'metrics', step: 30, trainLoss: 1, trainAccuracy: 1, testAccuracy: 0 };
  const history = await historyOf(started(), measured, { type: 'ofNextYear' }, { type: 'later', step: 40 });
  expect(history).toMatchObject({ recorded: 40, lastMetrics: 30, facts: { lastSeq: 3, stepMemorized: 30 } });
});
