import { fork } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expandSweep, preset } from '@grokscope/experiments';
import type { SpecInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import * as E from 'fp-ts/lib/Either.js';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyzeWeights } from '../weights/analyze-weights.js';
import { executeRun } from './execute-run.js';
import { resumeRun } from '../resume/resume-run.js';
import type { FromRunProcess } from './run-messages.js';
import { RUN_PROCESS_URL } from './run-process-url.js';
import { sweep } from '../sweep/sweep.js';
import type { WorkerMessage } from '../train/train.js';
import { train } from '../train/train.js';
import { weighSpec } from '../engines/weigh-spec.js';

/*
 * One decoder for every entry point: what a spec file is refused for, code, threads and processes are refused for, with
 * every fault and before anything is started or written. Threads and processes start from the built files.
 */

const good = preset('quick-grok');

/** Inputs that a type would not admit but JavaScript can pass, and the paths of their faults. */
const wrong: Readonly<Record<string, [input: unknown, paths: readonly string[]]>> = {
  'an activation that there is not': [
    { ...good, model: { ...good.model, actFn: 'quadratic' } },
    ['model.actFn'],
  ],
  'a normalisation that there is not': [
    { ...good, model: { ...good.model, normalization: 'batchNorm' } },
    ['model.normalization'],
  ],
  'keys that there are not': [
    {
      ...good,
      model: { ...good.model, tied: true },
      optimizer: { ...good.optimizer, shedule: 'cosine', weigthDecay: 9 },
    },
    ['model.tied', 'optimizer.shedule', 'optimizer.weigthDecay'],
  ],
  'an optimizer that there is not': [
    { ...good, optimizer: { ...good.optimizer, kind: 'lion' } },
    ['optimizer.kind'],
  ],
  'a loss that there is not': [{ ...good, training: { ...good.training, loss: 'mse' } }, ['training.loss']],
  'a task that there is not': [{ ...good, task: { kind: 'threeOperands' } }, ['task.kind']],
  'a misspelt task': [{ ...good, task: { kind: 'modularAdition', p: 29 } }, ['task.kind']],
  'a base that there is not': [{ base: 'quick-grk' }, ['base']],
  'a task that cannot be set up': [
    { ...good, task: { kind: 'modularPolynomial', p: 5, expression: 'x +' } },
    ['task.expression'],
  ],
  nothing: [undefined, ['']],
};
const cases = Object.entries(wrong).map(
  ([name, [input, paths]]) => [name, input as SpecInput, paths] as const,
);

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-doors-'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const pathsOf = (thrown: unknown): readonly string[] => {
  expect(thrown).toBeInstanceOf(InvalidSpec);
  return (thrown as InvalidSpec).errors.map(({ path }) => path);
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing was refused',
    (thrown: unknown) => thrown,
  );

describe.each(cases)('%s is refused, every fault named', (_, input, paths) => {
  it('by train, as an error of its stream', async () => {
    const thrown = await failure(lastValueFrom(train(input)));
    expect(pathsOf(thrown)).toEqual(paths);
    for (const path of paths) expect((thrown as Error).message).toContain(path);
  });

  it('by executeRun, before anything is written', async () => {
    const result = await executeRun(input, { runsDir })();
    expect(pathsOf(E.isLeft(result) ? result.left : undefined)).toEqual(paths);
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('by a sweep over it', async () => {
    const base = input as unknown as Record<string, unknown>;
    const spec = { name: 'a', base, vary: { 'data.splitSeed': [0, 1] } };
    expect(pathsOf(await failure(lastValueFrom(sweep(spec, { runsDir }))))).not.toEqual([]);
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('by a sweep whose plan was made by hand', async () => {
    const plan = expandSweep({ name: 'a', base: 'quick-grok', vary: { 'data.splitSeed': [0, 1] } });
    if (E.isLeft(plan)) throw new Error('the plan is right');
    const cells = plan.right.cells.map((cell, i) => (i === 1 ? { ...cell, spec: input as never } : cell));
    // What only the task's maker can detect, the cell's run reports.
    if (paths[0] === 'task.expression' || paths[0] === 'base') return;
    const thrown = await failure(lastValueFrom(sweep({ ...plan.right, cells }, { runsDir })));
    expect(pathsOf(thrown)).toEqual(paths.map((path) => `cells.1.spec.${path}`));
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('by an analysis and by whoever weighs it', async () => {
    expect(pathsOf(await failure(analyzeWeights(input, [])))).toEqual(paths);
    const weighed = weighSpec(input);
    expect(E.isLeft(weighed) && weighed.left.errors.map(({ path }) => path)).toEqual(paths);
  });

  it('by the thread of a run', async () => {
    const url = new URL('../../build/run-worker.js', import.meta.url);
    const worker = new Worker(url, { workerData: { spec: input }, execArgv: [] });
    const message = await new Promise<WorkerMessage>((resolve) => worker.once('message', resolve));
    await worker.terminate();
    expect(message).toMatchObject({ type: 'error', faults: paths.map((path) => ({ path })) });
  });

  it('by the process of a run, before anything is written', async () => {
    const child = fork(fileURLToPath(RUN_PROCESS_URL), [], { serialization: 'advanced', execArgv: [] });
    const told: FromRunProcess[] = [];
    child.on('message', (message) => told.push(message as FromRunProcess));
    child.send({ type: 'start', spec: input, runsDir, runId: 'a' });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(1);
    expect(told).toMatchObject([
      { type: 'storeFailed', error: { _tag: 'InvalidSpec', errors: paths.map((path) => ({ path })) } },
    ]);
    expect(await readdir(runsDir)).toEqual([]);
  });
});

const small = {
  task: { kind: 'modularAddition', p: 7 },
  model: { dModel: 8, nHeads: 2, dHead: 4, dMlp: 8 },
  training: { steps: 4 },
} as const satisfies SpecInput;

describe('a spec that leaves out what has a default', () => {
  it('is completed by train, as in a spec file', async () => {
    const started = await firstValueFrom(train({ ...small, name: 'partial' }, { threads: 1 }).pipe(take(1)));
    expect(started).toMatchObject({
      type: 'started',
      spec: { name: 'partial', optimizer: { kind: 'adamW', lr: 0.001 }, data: { trainFraction: 0.3 } },
    });
  });

  it('is completed by executeRun, over its base, and stored whole', async () => {
    const input: SpecInput = { base: 'quick-grok', ...small };
    const result = await executeRun(input, { runsDir, runId: 'a', threads: 1 })();
    expect(result).toMatchObject({ right: { reason: 'completed', step: 4 } });
    const run = await openRun(runsDir, 'a')();
    expect(run).toMatchObject({ right: { record: { spec: { optimizer: { lr: 0.005 }, task: { p: 7 } } } } });
  });
});

describe('a stored run', () => {
  it('is not resumed on a spec that was spoilt meanwhile', async () => {
    await executeRun(small, { runsDir, runId: 'a', threads: 1 })();
    const file = join(runsDir, 'a', 'run.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"actFn": "relu"', '"actFn": "quadratic"'));
    const resumed = await resumeRun('a', { runsDir, steps: 8 })();
    // The store accepts parts from elsewhere, and detects that the run started with another one.
    expect(resumed).toMatchObject({ left: { _tag: 'NotResumable' } });
    expect(JSON.stringify(resumed)).toContain('model.actFn');
  });
});

describe('train', () => {
  it('stays cold: an invalid spec is refused on subscription, each time', async () => {
    const run$ = train({ task: { kind: 'lion' } } as never);
    for (let i = 0; i < 2; i++)
      await expect(firstValueFrom(run$.pipe(toArray()))).rejects.toThrow('task.kind');
  });
});
