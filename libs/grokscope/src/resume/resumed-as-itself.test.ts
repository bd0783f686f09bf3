import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeWeights } from '@grokscope/model';
import { hyperAt } from '@grokscope/optim';
import type { OptimizerSpec } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { TrainingCommand } from '@grokscope/training';
import { NEVER, Subject, concat, merge, of } from 'rxjs';
import { createDataset } from '@grokscope/tasks';
import { describeRefusal } from '../run/run-refusal.js';
import { RunBench, endingAt, right, smallSpec } from '../testing/run-bench.js';
import { metricsLines } from '../testing/killed-run.js';

// A resumed run is the run it claims to be: only what cannot change the past may change.

let bench: RunBench;
beforeEach(async () => {
  bench = await RunBench.create();
});
afterEach(() => bench.close());

const eventsFile = (name: string): string => join(bench.folder(name), 'events.ndjson');
const recordFile = (name: string): string => join(bench.folder(name), 'run.json');

/** Returns why the run is not resumed; the run must be unchanged. */
async function refusal(name: string, steps?: number): Promise<string> {
  const files = [eventsFile(name), recordFile(name)];
  const before = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const result = await bench.tryResume(name, steps === undefined ? {} : { steps });
  expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(before);
  return E.isLeft(result) ? describeRefusal(result.left) : 'it was resumed';
}

/** All existing ones; the compiler requires a new one to be added here. */
const schedules: Readonly<Record<NonNullable<OptimizerSpec['schedule']>, true>> = {
  constant: true,
  cosine: true,
};

describe('a resumed run with another number of steps', () => {
  it.each(Object.keys(schedules) as (keyof typeof schedules)[])(
    'under a %s schedule ends as a run of that many steps, or is refused',
    async (schedule) => {
      const spec = (steps: number) =>
        smallSpec({ optimizer: { schedule, warmupSteps: 5 }, training: { steps } });
      await bench.run('parts', spec(50));
      const past = (steps: number) =>
        [...Array(50).keys()].map((step) => hyperAt(spec(50).optimizer, step, steps));
      const result = await bench.tryResume('parts', { steps: 100 });
      const isPastTheSame = JSON.stringify(past(50)) === JSON.stringify(past(100));
      expect(E.isRight(result)).toBe(isPastTheSame);
      if (!isPastTheSame) return;
      await bench.run('whole', spec(100));
      expect(await bench.sumOf('parts', 100)).toBe(await bench.sumOf('whole', 100));
    },
  );

  it('says what a cosine schedule has to do with it, ended or broken off, longer or shorter', async () => {
    const spec = smallSpec({ optimizer: { schedule: 'cosine' }, training: { steps: 100 } });
    await bench.run('ended', spec);
    await bench.run('broken', spec, endingAt(43));
    const why = (steps: number): string =>
      `its cosine schedule spreads the learning rate over training.steps: with ${steps} steps in place of 100`;
    expect(await refusal('ended', 200)).toContain(why(200));
    expect(await refusal('ended', 200)).toContain('Start a new run with training.steps=200');
    expect(await refusal('broken', 200)).toContain(why(200));
    expect(await refusal('broken', 60)).toContain(why(60));
    expect(await bench.resume('broken', { steps: 100 })).toMatchObject({ reason: 'completed', step: 100 });
    expect(await bench.sumOf('broken', 100)).toBe(await bench.sumOf('ended', 100));
  });

  it('says that they were changed', async () => {
    await bench.run('a', smallSpec({ training: { steps: 30 } }));
    await bench.resume('a', { steps: 40 });
    expect((await bench.events('a')).filter(({ type }) => type === 'started').at(-1)).toMatchObject({
      resumedFrom: 30,
      spec: { training: { steps: 40 } },
      why: expect.stringContaining('training.steps is 40 from now on; it was 30') as string,
    });
  });
});

describe('a run whose run.json was edited', () => {
  it('is refused with what was changed, but for steps that change nothing before', async () => {
    await bench.run('a', smallSpec({ training: { steps: 90 } }), endingAt(43));
    const text = await readFile(recordFile('a'), 'utf8');
    await writeFile(recordFile('a'), text.replace(/"weightDecay": \S+,/, '"weightDecay": 0.25,'));
    expect(await refusal('a')).toMatch(
      /run.json is not what it started with: optimizer.weightDecay was 1 and is 0.25. Put that back/,
    );
    await writeFile(recordFile('a'), text.replace('"steps": 90', '"steps": 70'));
    expect(await bench.resume('a')).toMatchObject({ reason: 'completed', step: 70 });
  });

  it('is refused where the number of steps decides the learning rate', async () => {
    await bench.run(
      'a',
      smallSpec({ optimizer: { schedule: 'cosine' }, training: { steps: 90 } }),
      endingAt(43),
    );
    const text = await readFile(recordFile('a'), 'utf8');
    await writeFile(recordFile('a'), text.replace('"steps": 90', '"steps": 70'));
    expect(await refusal('a')).toContain('with 70 steps in place of 90');
  });
});

it('a run whose initial weights are gone is not begun from others', async () => {
  const spec = smallSpec({ training: { steps: 60 } });
  await bench.run('other', smallSpec({ training: { steps: 10 } }));
  const { tensors } = right(
    await right(await openRun(bench.dirOf('other'), bench.runId)()).readCheckpoint('newest')(),
  );
  const weights = right(decodeWeights(tensors, spec.model, right(createDataset(spec.task, spec.data))));
  await bench.run('a', spec, { ...endingAt(10), initial: { path: 'given.safetensors', weights } });
  await rm(join(bench.folder('a'), 'checkpoints'), { recursive: true });
  await rm(join(bench.folder('a'), 'initial.safetensors'));
  expect(await refusal('a')).toMatch(/initial.safetensors: is missing: the run began with these weights/);
});

describe('a run that lost the end of its events', () => {
  const spec = smallSpec({ training: { steps: 150 } });

  /** Cuts the events off before the first for which `isLost` holds. */
  async function cutOff(
    name: string,
    isLost: (event: { type: string; step?: number }) => boolean,
  ): Promise<void> {
    const text = await readFile(eventsFile(name), 'utf8');
    const lines = text.split('\n').slice(0, -1);
    const first = lines.findIndex((line) => isLost(JSON.parse(line) as { type: string }));
    expect(first).toBeGreaterThan(0);
    await truncate(
      eventsFile(name),
      Buffer.byteLength(
        lines
          .slice(0, first)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
  }

  it.each([70, 100, 101, 5])('from step %i on has curves without a gap all the same', async (lost) => {
    await bench.run('whole', spec);
    await bench.run('parts', spec, endingAt(113));
    await cutOff('parts', ({ type, step = 0 }) => type === 'metrics' && step >= lost);
    await bench.resume('parts');
    const events = await bench.events('parts');
    expect(metricsLines(events)).toEqual(metricsLines(await bench.events('whole')));
    const progress = events.flatMap((e) => (e.type === 'progress' && e.keys !== 'final' ? [e.step] : []));
    expect(progress.filter((step) => step % 20 === 0)).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
    expect(await bench.sumOf('parts', 150)).toBe(await bench.sumOf('whole', 150));
    expect(events.filter(({ type }) => type === 'started').at(-1)).toMatchObject({
      why: expect.stringMatching(
        /step-00000113.safetensors: cannot be continued from: the events of the run end at/,
      ) as string,
    });
  });

  it.each(['never', 'at 91'])(
    'and with it a changed setting (ordered %s) is the run its events tell of',
    async (ordered) => {
      const set = { command: 'set', path: 'optimizer.lr', value: 0.05 } as const;
      const orders = ordered === 'never' ? [] : [{ ...set, at: 91 }];
      const commands$ = new Subject<TrainingCommand>();
      const { onItem, signal } = endingAt(94);
      await bench.run('parts', spec, {
        signal: signal!,
        commands$: merge(of<TrainingCommand[]>(...orders, { command: 'step', n: 91 }), commands$),
        onItem: (item) => {
          onItem!(item);
          if (item.type !== 'snapshot' || item.step !== 91) return;
          if (ordered === 'never') commands$.next(set);
          commands$.next({ command: 'step', n: 3 });
        },
      });
      await cutOff('parts', ({ type, step }) => type === 'command' && step === 91);
      // Up to 94, none of the steps measured every five is missing: only the setting shows the gap.
      await bench.resume('parts');
      await bench.run('whole', spec, { commands$: concat(of(...orders), NEVER) });
      expect(await bench.sumOf('parts', 150)).toBe(await bench.sumOf('whole', 150));
      const resumed = (await bench.events('parts')).filter(({ type }) => type === 'started').at(-1);
      expect(resumed).toMatchObject({
        resumedFrom: 90,
        why: expect.stringContaining('changed settings') as string,
      });
    },
  );
});
