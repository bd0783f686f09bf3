import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent, RunSpec, SweepSpec } from '@grokscope/schema';
import { acquireLock } from '@grokscope/store';
import { Observable, concat, defer, ignoreElements, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecuteRunDeps } from '../run/execute-options.js';
import { executeRun } from '../run/execute-run.js';
import { resumeRun } from '../resume/resume-run.js';
import type { RunOrder, StartRun } from './run-child.js';
import { runSummaries, sweep } from './sweep.js';
import type { SweepDeps, SweepOptions } from './sweep.js';
import type { SweepEndedEvent, SweepEvent } from './sweep-events.js';
import { SweepHeld, SweepLost } from './sweep-folder.js';
import { SweepDamaged, SweepFormatError, listSweeps, readSweepRecord } from './sweep-record.js';

let runsDir: string;
beforeEach(async () => void (runsDir = await mkdtemp(join(tmpdir(), 'grokscope-sweep-'))));
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const spec: SweepSpec = {
  name: 'decay',
  base: { task: { kind: 'modularAddition', p: 5 }, training: { steps: 4 } },
  vary: { 'optimizer.weightDecay': [0, 1] },
  seeds: [0, 1],
  finding: { statistic: 'stepTestLossBelow', thresholds: [1] },
};

/**
 * Made-up facts of a run: its test loss falls below 1 at step 2 + its seed. `reason` is that of its ending; "changed"
 * stands for a run that completes with a changed setting.
 */
function facts(run: RunSpec, reason: string): RunEvent[] {
  const losses = [0, 1, 2, 3, 4].map((step) => ({
    type: 'metrics',
    step,
    trainLoss: 1,
    testLoss: step >= 2 + run.model.seed ? 0.5 : 2,
    trainAccuracy: 1,
    testAccuracy: 1,
    sumSquaredWeights: 1,
    stepsPerSecond: 1,
  }));
  const started = { type: 'started', spec: run, engine: 'wasm', threads: 1, why: '' };
  const isChanged = reason === 'changed';
  const change = { type: 'command', step: 1, command: 'set', path: 'optimizer.weightDecay', value: 0.5 };
  const ended = { type: 'ended', step: 4, elapsedMs: 1, message: null };
  const commands = isChanged ? [change] : [];
  return [
    started,
    ...losses,
    ...commands,
    { ...ended, reason: isChanged ? 'completed' : reason },
  ] as unknown as RunEvent[];
}

/** Starts runs in this process, with made-up facts but real folders; `endings` are in the order of starting. */
function fakeRuns(endings: (order: RunOrder) => string | Error = () => 'completed') {
  const started: RunOrder[] = [];
  let most = 0;
  let now = 0;
  const startRun: StartRun = (order) =>
    new Observable<RunEvent>((subscriber) => {
      started.push(order);
      most = Math.max(most, ++now);
      const ending = endings(order);
      const deps: Partial<ExecuteRunDeps> = {
        train: () =>
          new Observable((items) => {
            if (ending instanceof Error) return;
            for (const fact of facts(order.spec, ending)) items.next(fact);
            items.complete();
          }),
      };
      const onItem = (item: { type: string }): void => subscriber.next(item as RunEvent);
      // A process that dies emits nothing more; its folder is unchanged.
      if (ending instanceof Error) setTimeout(() => subscriber.error(ending), 1);
      else {
        const run = order.resume
          ? resumeRun(order.runId, { runsDir, onItem }, deps)
          : executeRun(order.spec, { ...order, onItem }, deps);
        void run().then(() => subscriber.complete());
      }
      return () => void now--;
    });
  return { startRun, started, most: () => most };
}

const noEstimate: SweepDeps['estimate'] = async () => ({ totalMs: 1234, measured: 1 });
const all = (
  options: Partial<SweepOptions>,
  startRun: StartRun,
  input: SweepSpec = spec,
): Promise<SweepEvent[]> =>
  lastValueFrom(sweep(input, { runsDir, ...options }, { startRun, estimate: noEstimate }).pipe(toArray()));
const types = (events: readonly SweepEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => type !== 'runProgress');

describe('a sweep', () => {
  it('starts nothing before it is subscribed to, then runs every cell and writes a table and a figure', async () => {
    const { startRun, started } = fakeRuns();
    const sweep$ = sweep(spec, { runsDir, workers: 1 }, { startRun, estimate: noEstimate });
    expect(await readdir(runsDir)).toEqual([]);
    const events = await lastValueFrom(sweep$.pipe(toArray()));
    const pairs = Array.from({ length: 4 }, () => ['runStarted', 'runEnded']).flat();
    expect(types(events)).toEqual(['sweepStarted', ...pairs, 'sweepEnded']);
    expect(events[0]).toMatchObject({ runs: 4, finished: 0, workers: 1, threads: 1, estimateMs: 1234 });
    expect(started.map(({ spec: { optimizer, model } }) => [optimizer.weightDecay, model.seed])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const last = events.at(-1)!;
    if (last.type !== 'sweepEnded') throw new Error(last.type);
    expect(last).toMatchObject({ reason: 'completed', runs: 4, finished: 4, failed: 0 });
    const table = (await readFile(last.files.csv, 'utf8')).split('\r\n');
    expect(table[0]).toMatch(/^optimizer\.weightDecay,model\.seed,reason,step,.*stepTestLossBelow1,runId/);
    expect(table[2]).toMatch(/^0,1,completed,4,.*,3,decay-weightdecay-0-seed-1-/);
    const json = JSON.parse(await readFile(last.files.json, 'utf8')) as { runs: unknown[]; sweep: unknown };
    expect(json.runs).toHaveLength(4);
    expect(json.sweep).toEqual(spec);
    expect(await readFile(last.files.figure, 'utf8')).toContain('test loss &#60; 1 (nats)');
  });

  it('runs no more at a time than it has workers', async () => {
    const { startRun, most } = fakeRuns();
    await all({ workers: 2 }, startRun);
    expect(most()).toBe(2);
  });

  it('goes on after runs that diverge or whose process dies, and counts them', async () => {
    const { startRun } = fakeRuns(({ spec: { model, optimizer } }) =>
      model.seed === 0 ? 'completed' : optimizer.weightDecay === 0 ? 'diverged' : new Error('out of memory'),
    );
    const events = await all({ workers: 1 }, startRun);
    const ended = events.flatMap((event) =>
      event.type === 'runEnded' ? [[event.reason, event.message]] : [],
    );
    expect(ended).toEqual([
      ['completed', null],
      ['diverged', null],
      ['completed', null],
      ['failed', 'out of memory'],
    ]);
    expect(events.at(-1)).toMatchObject({ reason: 'completed', finished: 4, failed: 2 });
  });

  it('resumed, repeats no finished run, wherever it was broken off', async () => {
    for (const cut of [1, 2, 3, 4]) {
      const name = `cut-${cut}`;
      const first = fakeRuns();
      const broken = sweep({ ...spec, name }, { runsDir, workers: 1 }, { ...first, estimate: noEstimate });
      await lastValueFrom(broken.pipe(runSummaries(), take(cut)));
      const second = fakeRuns();
      const events = await all({ resume: true, workers: 1 }, second.startRun, { ...spec, name });
      const earlier = events.filter((event) => event.type === 'runEnded' && event.earlier);
      expect(earlier).toHaveLength(cut);
      expect(second.started).toHaveLength(4 - cut);
      expect(events.at(-1)).toMatchObject({ runs: 4, finished: 4 });
      const rows = events.flatMap((event) => (event.type === 'runEnded' ? [event.cell] : []));
      expect(new Set(rows).size).toBe(4);
    }
  });

  it('resumed, goes on with interrupted runs, and makes failed ones and those whose spec has changed anew', async () => {
    const endings = ['failed', 'interrupted', 'completed', 'diverged'];
    await all({ workers: 1 }, fakeRuns(() => endings.shift()!).startRun);
    const again = fakeRuns();
    await all({ resume: true, workers: 1 }, again.startRun);
    expect(
      again.started.map(({ spec: { optimizer, model } }) => [optimizer.weightDecay, model.seed]),
    ).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(again.started.map(({ resume }) => resume)).toEqual([false, true]);
    const longer = { ...spec, base: { task: { kind: 'modularAddition', p: 5 }, training: { steps: 5 } } };
    const changed = fakeRuns();
    await all({ resume: true, workers: 1 }, changed.startRun, longer);
    expect(changed.started).toHaveLength(4);
    const more = fakeRuns();
    await all({ resume: true, workers: 1 }, more.startRun, { ...longer, seeds: [1, 2] });
    expect(more.started.map(({ spec: { model } }) => model.seed)).toEqual([2, 2]);
    expect(await listSweeps(runsDir)).toHaveLength(1);
  });

  it('does not take a run changed by hand for what it asked: its table says so, its figure leaves it out', async () => {
    const first = fakeRuns(({ spec: { optimizer, model } }) =>
      optimizer.weightDecay === 1 && model.seed === 0 ? 'changed' : 'completed',
    );
    const events = await all({ workers: 1 }, first.startRun);
    const files = (found: readonly SweepEvent[]) => (found.at(-1) as SweepEndedEvent).files;
    const table = (await readFile(files(events).csv, 'utf8')).trim().split('\r\n');
    const changes = table.map((line) => line.split(',').at(-1));
    expect(changes).toEqual(['changes', '', '', 'optimizer.weightDecay=0.5 at step 1', '']);
    expect(await readFile(files(events).figure, 'utf8')).toContain('without a run changed by hand');
    expect(events.flatMap((event) => (event.type === 'runEnded' ? [event.changes.length] : []))).toEqual([
      0, 0, 1, 0,
    ]);
    const again = fakeRuns();
    const resumed = await all({ resume: true, workers: 1 }, again.startRun);
    expect(
      again.started.map(({ spec: { optimizer, model } }) => [optimizer.weightDecay, model.seed]),
    ).toEqual([[1, 0]]);
    expect(again.started[0]).toMatchObject({ resume: false });
    expect(await readFile(files(resumed).figure, 'utf8')).not.toContain('changed by hand');
  });

  it('without resume is a new one', async () => {
    await all({}, fakeRuns().startRun);
    const { startRun, started } = fakeRuns();
    await all({}, startRun);
    expect(started).toHaveLength(4);
    expect(await listSweeps(runsDir)).toHaveLength(2);
  });

  describe('has a format', () => {
    const made = async (): Promise<{ file: string; folder: string; record: Record<string, unknown> }> => {
      await all({}, fakeRuns().startRun);
      const { sweepId } = (await listSweeps(runsDir))[0]!;
      const folder = join(runsDir, 'sweeps', sweepId);
      const file = join(folder, 'sweep.json');
      return { file, folder, record: JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown> };
    };
    const resumed = async (input = spec): Promise<number> => {
      const { startRun, started } = fakeRuns();
      await all({ resume: true }, startRun, input);
      return started.length;
    };

    it('that is named in what is written', async () => {
      const { folder, record } = await made();
      expect(record).toMatchObject({ format: 1, name: 'decay' });
      const { format: _, ...rest } = record;
      expect(await readSweepRecord(folder)).toEqual(rest);
    });

    it('and that of a file which names none is 1: it is read, and written so once the sweep goes on', async () => {
      const { file, folder, record } = await made();
      const { format: _, ...oldest } = record;
      await writeFile(file, JSON.stringify(oldest));
      expect(await readSweepRecord(folder)).toEqual(oldest);
      expect(JSON.parse(await readFile(file, 'utf8'))).not.toHaveProperty('format');
      expect(await resumed()).toBe(0);
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 1, runs: oldest['runs'] });
    });

    it.each([
      ['cut off', (text: string) => text.slice(0, 200), /it is not JSON \(.*position \d+/],
      ['empty', () => '', /it is not JSON/],
      ['zeros', (text: string) => '\0'.repeat(text.length), /it is not JSON/],
      ['a list', () => '[]', /it is not a JSON object/],
      ['without its runs', (text: string) => text.replace('"runs"', '"rubs"'), /runs is not an object/],
      [
        'with a run of no name',
        (text: string) => text.replace(/"decay-weight[^"]+"/, '7'),
        /runs names no run for/,
      ],
      [
        'without its time',
        (text: string) => text.replace('"createdAt"', '"created"'),
        /createdAt is not a time/,
      ],
    ])('and a file that is %s is refused, not taken for no sweep', async (_, damage, message) => {
      const { file, folder } = await made();
      const text = damage(await readFile(file, 'utf8'));
      await writeFile(file, text);
      await expect(readSweepRecord(folder)).rejects.toThrow(SweepDamaged);
      await expect(resumed()).rejects.toThrow(message);
      await expect(resumed()).rejects.toThrow(`move the folder ${folder} away`);
      expect(await readFile(file, 'utf8')).toBe(text);
      expect(await resumed({ ...spec, name: 'another' })).toBe(4);
      // Moved away, it is no longer in the way.
      await rename(folder, join(runsDir, 'damaged'));
      expect(await resumed()).toBe(4);
    });

    it('and an older damaged one is not in the way of a newer whole one', async () => {
      const { file, folder, record } = await made();
      await writeFile(file, '{');
      await rename(folder, join(runsDir, 'sweeps', 'decay-20200101-000000-abcd'));
      const newer = {
        ...record,
        sweepId: 'decay-20200102-000000-abcd',
        createdAt: '2020-01-02T00:00:00.000Z',
      };
      await mkdir(join(runsDir, 'sweeps', newer.sweepId));
      await writeFile(join(runsDir, 'sweeps', newer.sweepId, 'sweep.json'), JSON.stringify(newer));
      expect(await resumed()).toBe(0);
    });

    it.each([
      [2, /has format 2, and this version of Grokscope reads format 1; a newer one wrote it/],
      ['1', /format is "1", which is not a version/],
    ])('and one of format %j is neither gone on with nor changed', async (format, message) => {
      const { file, folder, record } = await made();
      const text = JSON.stringify({ ...record, format });
      await writeFile(file, text);
      await expect(readSweepRecord(folder)).rejects.toThrow(SweepFormatError);
      await expect(resumed()).rejects.toThrow(message);
      expect(await readFile(file, 'utf8')).toBe(text);
      // It does not affect any other sweep.
      expect(await listSweeps(runsDir)).toEqual([]);
      expect(await resumed({ ...spec, name: 'another' })).toBe(4);
    });
  });

  it.skipIf(process.platform === 'win32')(
    'is not waited for where a pipe stands in the place of its record (Windows has none)',
    async () => {
      const folder = await mkdtemp(join(runsDir, 'piped-'));
      execFileSync('mkfifo', [join(folder, 'sweep.json')]);
      await expect(readSweepRecord(folder)).rejects.toThrow(SweepDamaged);
    },
  );

  it('is run by one process at a time', async () => {
    const { startRun } = fakeRuns();
    // Held while its time is being estimated.
    let release = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const slow: SweepDeps['estimate'] = async () => waiting.then(() => ({ totalMs: 1, measured: 1 }));
    const running = lastValueFrom(sweep(spec, { runsDir }, { startRun, estimate: slow }));
    await expect.poll(async () => (await listSweeps(runsDir)).length).toBe(1);
    await expect(all({ resume: true }, startRun)).rejects.toThrow(SweepHeld);
    release();
    await running;
    expect(await all({ resume: true }, startRun)).toHaveLength(6);
  });

  it.each(['setRun', 'results'] as const)(
    'that another process has taken over writes nothing of its folder any more (%s)',
    async (when) => {
      const { startRun } = fakeRuns();
      let folder = '';
      let lastText = '';
      let taken: Awaited<ReturnType<typeof acquireLock>> | undefined;
      // As if this process had been suspended for long enough: the other has the lock and continues the sweep.
      const takeOver = async (): Promise<void> => {
        folder = join(runsDir, 'sweeps', (await listSweeps(runsDir))[0]!.sweepId);
        await rm(join(folder, 'lock.json'));
        taken = await acquireLock(folder);
        const record = JSON.parse(await readFile(join(folder, 'sweep.json'), 'utf8')) as object;
        lastText = JSON.stringify({ ...record, elapsedMs: 12345 });
        await writeFile(join(folder, 'sweep.json'), lastText);
      };
      let endings = 0;
      const watched: StartRun = (order, signal) =>
        concat(
          startRun(order, signal),
          defer(async () => {
            if (when === 'results' && ++endings === 4) await takeOver();
          }).pipe(ignoreElements()),
        );
      const estimate: SweepDeps['estimate'] = async () => {
        if (when === 'setRun') await takeOver();
        return { totalMs: 1, measured: 1 };
      };
      const swept = lastValueFrom(sweep(spec, { runsDir, workers: 1 }, { startRun: watched, estimate }));
      await expect(swept).rejects.toThrow(SweepLost);
      await expect(swept).rejects.toThrow(`taken over by process ${process.pid}`);
      expect(await readFile(join(folder, 'sweep.json'), 'utf8')).toBe(lastText);
      expect((await readdir(folder)).sort()).toEqual(['lock.json', 'sweep.json']);
      expect(taken && 'release' in taken && (await taken.loss())).toBeUndefined();
      if (taken && 'release' in taken) await taken.release();
    },
  );

  it('lets go of its folder whenever nobody listens any more, while it opens too', async () => {
    const { startRun, started } = fakeRuns();
    await all({ workers: 1 }, startRun);
    const { sweepId } = (await listSweeps(runsDir))[0]!;
    const isHeld = async (): Promise<boolean> =>
      (await readdir(join(runsDir, 'sweeps', sweepId))).includes('lock.json');
    const before = started.length;
    for (const turns of [0, 1, 2, 5, 10, 20, 40]) {
      const again$ = sweep(
        spec,
        { runsDir, resume: true },
        { startRun, estimate: () => new Promise(() => 0) },
      );
      const listening = again$.subscribe();
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      listening.unsubscribe();
      // The next one must get it once this one has released it; otherwise it would report that this process still runs
      // it.
      await expect
        .poll(() => lastValueFrom(sweep(spec, { runsDir, resume: true }, { startRun })).catch(String))
        .toMatchObject({ type: 'sweepEnded' });
      await expect.poll(isHeld).toBe(false);
    }
    expect(started).toHaveLength(before);
  });

  it('interrupted, starts no more runs and says so', async () => {
    const controller = new AbortController();
    const { startRun, started } = fakeRuns(() => {
      controller.abort();
      return 'interrupted';
    });
    const events = await all({ workers: 1, signal: controller.signal }, startRun);
    expect(started).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'sweepEnded', reason: 'interrupted', runs: 4, finished: 0 });
    expect(started[0]).toMatchObject({ threads: 1, engine: 'wasm' });
  });

  it('that is not valid says all that is wrong and makes no folder', async () => {
    const wrong = { ...spec, vary: { 'optimizer.lr': [-1], 'task.p': [1] } };
    await expect(all({}, fakeRuns().startRun, wrong)).rejects.toThrow(/task\.p = 1[\s\S]*optimizer\.lr = -1/);
    expect(await readdir(runsDir)).toEqual([]);
  });
});
