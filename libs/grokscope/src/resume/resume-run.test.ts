import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { NEVER, Subject, concat, defer, finalize, merge, of, switchMap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveRunSpec } from '@grokscope/experiments';
import type { EndedEvent, RunCommand, RunEvent, RunSpec } from '@grokscope/schema';
import { decodeWeights } from '@grokscope/model';
import { openRun } from '@grokscope/store';
import { createDataset } from '@grokscope/tasks';
import { createReferenceEngine } from '@grokscope/engine';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { train } from '@grokscope/training';
import type { ExecuteRunDeps, ExecuteRunOptions } from '../run/execute-options.js';
import type { ResumeRunOptions } from './resume-run.js';
import { executeRun } from '../run/execute-run.js';
import { resumeRun } from './resume-run.js';
import { metricsLines, runKilled, runUnharmed } from '../testing/killed-run.js';

// The killed run is a real process on the built files; the others train in this thread. A small model.

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const specOf = (steps: number): RunSpec =>
  right(
    resolveRunSpec({
      name: 'small',
      task: { kind: 'modularAddition', p: 11 },
      data: { trainFraction: 0.6, split: 'native' },
      model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 24 },
      optimizer: { lr: 0.01 },
      training: { steps },
      observe: { metricsEvery: 5, progressEvery: 20, checkpointEvery: 30 },
    }),
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-resume-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const RUN_ID = 'small-1';
const dirOf = (name: string): string => join(folder, name);
const checkpoint = (name: string, file: string): string => join(dirOf(name), RUN_ID, 'checkpoints', file);
const sumOf = async (name: string, step: number): Promise<string> => {
  const bytes = await readFile(checkpoint(name, `step-${String(step).padStart(8, '0')}.safetensors`));
  return createHash('sha256').update(bytes).digest('hex');
};
const eventsOf = async (name: string): Promise<readonly RunEvent[]> =>
  right(await right(await openRun(dirOf(name), RUN_ID)()).readEvents()());

const options = (name: string, more: Partial<ExecuteRunOptions> = {}): ExecuteRunOptions => ({
  runsDir: dirOf(name),
  runId: RUN_ID,
  engine: 'wasm',
  threads: 1,
  ...more,
});

/** Trains in this thread, so that commands given before the first step arrive before it. */
const here: Partial<ExecuteRunDeps> = {
  train: (spec, { engine, runId = '', commands$, resumeFrom, initialWeights }) =>
    defer(async () =>
      engine === 'reference' ? createReferenceEngine() : createWasmEngine({ threads: 1 }),
    ).pipe(
      switchMap((made) =>
        train(spec, {
          engine: made,
          why: 'a test',
          dataset: right(createDataset(spec.task, spec.data)),
          runId,
          ...(commands$ ? { commands$ } : {}),
          ...(resumeFrom ? { resumeFrom } : {}),
          ...(initialWeights ? { initialWeights } : {}),
        }).pipe(finalize(() => void made.dispose())),
      ),
    ),
};
const run = (spec: RunSpec, of: ExecuteRunOptions) => executeRun(spec, of, here)();
const resume = (name: string, more: Partial<ResumeRunOptions> = {}) =>
  resumeRun(RUN_ID, { runsDir: dirOf(name), ...more }, here)();

/** Makes this number of steps, rests, and ends there as on Ctrl-C. */
async function interruptedAt(
  step: number,
  name: string,
  spec: RunSpec,
  more: Partial<ExecuteRunOptions> = {},
): Promise<EndedEvent> {
  const abort = new AbortController();
  const result = await run(
    spec,
    options(name, {
      // Waiting before the first step is made.
      commands$: concat(of<RunCommand>({ command: 'step', n: step }), NEVER),
      signal: abort.signal,
      onItem: (item) => {
        if (item.type === 'metrics' && item.step === step) abort.abort();
      },
      ...more,
    }),
  );
  return right(result);
}

describe('a run killed at random moments and resumed each time', () => {
  it('ends with the bytes of one never harmed, its events without gap or double', async () => {
    const plan = {
      runId: RUN_ID,
      spec: specOf(900),
      engine: 'wasm',
      threads: 1,
      seed: 1,
      eventsBetween: 50,
      extraMs: 20,
    } as const;
    const whole = await runUnharmed({ ...plan, runsDir: dirOf('whole') });
    const killed = await runKilled({ ...plan, runsDir: dirOf('killed'), kills: 3 });
    expect(killed.kills).toBe(3);
    expect(killed).toMatchObject({ lost: 0, misread: 0 });
    expect(Object.keys(killed.finalFiles)).toHaveLength(2);
    expect(killed.finalFiles).toEqual(whole.finalFiles);
    expect(killed.events.map(({ seq }) => seq)).toEqual(killed.events.map((_, i) => i));
    expect(metricsLines(killed.events)).toEqual(metricsLines(whole.events));
    const checkpoints = killed.events.flatMap((event) => (event.type === 'checkpoint' ? [event.step] : []));
    expect(checkpoints).toEqual(Array.from({ length: 30 }, (_, i) => 30 * (i + 1)));
  }, 120_000);
});

describe('a resumed run', () => {
  it.each(['reference', 'wasm'] as const)(
    'on the %s engine says from where, and ends with the bytes of one never interrupted',
    async (engine) => {
      const spec = specOf(60);
      right(await run(spec, options('whole', { engine })));
      expect(await interruptedAt(43, 'parts', spec, { engine })).toMatchObject({ reason: 'interrupted' });
      const before = await eventsOf('parts');
      const ending = right(await resume('parts'));
      expect(ending).toMatchObject({ reason: 'completed', step: 60 });
      const events = await eventsOf('parts');
      expect(events[before.length]).toMatchObject({ type: 'started', engine, resumedFrom: 43 });
      expect(await sumOf('parts', 60)).toBe(await sumOf('whole', 60));
    },
  );

  it('adds up its time, and remembers when it had memorised', async () => {
    const spec = specOf(400);
    const first = await interruptedAt(300, 'a', spec);
    const second = right(await resume('a'));
    expect(first.stepMemorized).not.toBeNull();
    expect(second.stepMemorized).toBe(first.stepMemorized);
    expect(second.elapsedMs).toBeGreaterThan(first.elapsedMs);
    expect(second.stepsPerSecond).toBeCloseTo((400 / second.elapsedMs) * 1000, 6);
  });

  it('makes the changes of settings again that fell after its checkpoint, and keeps those before', async () => {
    const spec = specOf(150);
    // Five steps at a time, so that every setting takes effect at exactly its step.
    const drive = async (name: string, last: number): Promise<void> => {
      const commands$ = new Subject<RunCommand>();
      const abort = new AbortController();
      const settings = new Map<number, RunCommand>([
        [20, { command: 'set', path: 'optimizer.lr', value: 0.03 }],
        [45, { command: 'set', path: 'optimizer.weightDecay', value: 0.1 }],
      ]);
      const onItem: ExecuteRunOptions['onItem'] = (item) => {
        if (item.type !== 'metrics' || item.step === 0) return;
        if (item.step === last) return abort.abort();
        const setting = settings.get(item.step);
        if (setting) commands$.next(setting);
        commands$.next({ command: 'step', n: 5 });
      };
      const steps$ = merge(of<RunCommand>({ command: 'step', n: 5 }), commands$);
      right(await run(spec, options(name, { commands$: steps$, signal: abort.signal, onItem })));
    };
    await drive('whole', 150);
    await drive('parts', 60);
    // As after a kill: the checkpoints from step 60 on were never written.
    for (const file of await readdir(join(dirOf('parts'), RUN_ID, 'checkpoints'))) {
      if (!file.startsWith('step-00000030')) await rm(checkpoint('parts', file));
    }
    right(await resume('parts'));
    const events = await eventsOf('parts');
    expect(events.filter(({ type }) => type === 'started').at(-1)).toMatchObject({ resumedFrom: 30 });
    expect(await sumOf('parts', 150)).toBe(await sumOf('whole', 150));
    expect(metricsLines(events)).toEqual(metricsLines(await eventsOf('whole')));
  });

  it('takes the checkpoint before an altered one, says so, and makes that one again', async () => {
    const spec = specOf(90);
    right(await run(spec, options('whole')));
    await interruptedAt(75, 'parts', spec, { keepAllCheckpoints: true });
    const good = await readFile(checkpoint('parts', 'step-00000060.safetensors'));
    for (const file of await readdir(join(dirOf('parts'), RUN_ID, 'checkpoints'))) {
      if (!/step-000000[36]0/.test(file)) await rm(checkpoint('parts', file));
    }
    const spoilt = Buffer.from(good);
    spoilt[spoilt.length - 1]! ^= 1;
    await writeFile(checkpoint('parts', 'step-00000060.safetensors'), spoilt);
    right(await resume('parts'));
    const events = await eventsOf('parts');
    const again = events.filter((event) => event.type === 'started').at(-1);
    expect(again?.resumedFrom).toBe(30);
    expect(again?.why).toContain('step-00000060.safetensors: was altered');
    expect(await sumOf('parts', 60)).toBe(await sumOf('whole', 60));
    expect(await sumOf('parts', 90)).toBe(await sumOf('whole', 90));
    const checkpoints = events.flatMap((event) => (event.type === 'checkpoint' ? [event.step] : []));
    expect(new Set(checkpoints).size).toBe(checkpoints.length);
  });

  it('goes on past its end with a larger total of steps, as if it had been asked for at once', async () => {
    right(await run(specOf(120), options('whole')));
    right(await run(specOf(50), options('parts')));
    right(await resume('parts', { steps: 120 }));
    expect(await sumOf('parts', 120)).toBe(await sumOf('whole', 120));
    expect((await eventsOf('parts')).at(-1)).toMatchObject({ type: 'ended', step: 120 });
  });

  it('begins again from the weights it was given where it has no checkpoint', async () => {
    const spec = specOf(60);
    right(await run(spec, options('other')));
    const { tensors } = right(
      await right(await openRun(dirOf('other'), RUN_ID)()).readCheckpoint('newest')(),
    );
    const initial = {
      path: 'given.safetensors',
      weights: right(decodeWeights(tensors, spec.model, right(createDataset(spec.task, spec.data)))),
    };
    right(await run(spec, options('whole', { initial })));
    await interruptedAt(10, 'parts', spec, { initial });
    await rm(join(dirOf('parts'), RUN_ID, 'checkpoints'), { recursive: true });
    right(await resume('parts'));
    expect((await eventsOf('parts')).filter(({ type }) => type === 'started').at(-1)).toMatchObject({
      resumedFrom: 0,
    });
    expect(await sumOf('parts', 60)).toBe(await sumOf('whole', 60));
  });
});
