import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { resolveRunSpec } from '@grokscope/experiments';
import type { RunEvent, RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { train } from '@grokscope/training';
import * as E from 'fp-ts/lib/Either.js';
import { defer, finalize, switchMap } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecuteRunDeps } from '../run/execute-options.js';
import { executeRun } from '../run/execute-run.js';
import { resumeRun } from './resume-run.js';

// A run that is killed leaves the events stored until then and the checkpoints they name. A copy of a complete run, cut
// off at that point, is therefore equivalent to a run that was killed there.

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

/** Memorises by 80, at 280 reports that circuits have been forming since 100, and completes at 600. */
const spec: RunSpec = right(
  resolveRunSpec({
    name: 'phases',
    task: { kind: 'modularAddition', p: 53 },
    data: { trainFraction: 0.4 },
    model: { dModel: 64, nHeads: 4, dHead: 16, dMlp: 256 },
    optimizer: { lr: 0.005, weightDecay: 2 },
    training: { steps: 640 },
    observe: {
      ...{ metricsEvery: 20, progressEvery: 20, checkpointEvery: 50 },
      // A measure whose value follows from the measurement before.
      measures: ['rightSince'],
    },
  }),
);

const here: Partial<ExecuteRunDeps> = {
  train: (of, { runId = '', resumeFrom }) =>
    defer(() => createWasmEngine({ threads: 1 })).pipe(
      switchMap((engine) =>
        train(of, {
          engine,
          why: 'a test',
          dataset: right(createDataset(of.task, of.data)),
          runId,
          ...(resumeFrom ? { resumeFrom } : {}),
        }).pipe(finalize(() => void engine.dispose())),
      ),
    ),
};

const RUN_ID = 'phases-1';
let folder: string;
let lines: readonly string[];
let whole: readonly RunEvent[];

const eventsFile = (name: string): string => join(folder, name, RUN_ID, 'events.ndjson');
const linesOf = async (name: string): Promise<string[]> =>
  (await readFile(eventsFile(name), 'utf8')).trimEnd().split('\n');
const parsed = (texts: readonly string[]): RunEvent[] => texts.map((line) => JSON.parse(line) as RunEvent);

/** What is reported about the inside, without the times. */
const told = (events: readonly RunEvent[]): unknown[] =>
  events
    .filter(({ type }) => type === 'progress' || type === 'phase')
    .map(({ seq: _, time: __, ...content }) => content);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-phases-'));
  right(
    await executeRun(
      spec,
      // A killed run has the optimizer state of its newest checkpoint; of a complete run only all of them would do.
      { runsDir: join(folder, 'whole'), runId: RUN_ID, engine: 'wasm', threads: 1, keepAllCheckpoints: true },
      here,
    )(),
  );
  lines = await linesOf('whole');
  whole = parsed(lines);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of the run, killed after this number of stored events; `spoil` may damage its checkpoints further. */
async function killedAfter(
  count: number,
  name: string,
  spoil: (checkpoints: string) => Promise<void> = () => Promise.resolve(),
): Promise<RunEvent[]> {
  await cp(join(folder, 'whole'), join(folder, name), { recursive: true });
  const kept = lines.slice(0, count);
  await writeFile(eventsFile(name), `${kept.join('\n')}\n`);
  const steps = new Set(parsed(kept).flatMap((event) => (event.type === 'checkpoint' ? [event.step] : [])));
  const checkpoints = join(folder, name, RUN_ID, 'checkpoints');
  for (const file of await readdir(checkpoints)) {
    if (!steps.has(Number(/\d+/.exec(file)![0]))) await rm(join(checkpoints, file));
  }
  await spoil(checkpoints);
  right(await resumeRun(RUN_ID, { runsDir: join(folder, name) }, here)());
  return parsed(await linesOf(name));
}

const placeOf = (is: (event: RunEvent) => boolean): number => whole.findIndex(is) + 1;

describe('a run killed and resumed', () => {
  it('has been through every phase, and is measured again with its final keys', () => {
    const phases = whole.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    expect(new Set(phases).size).toBe(4);
    expect(whole.filter((event) => event.type === 'progress' && event.keys === 'final')).toHaveLength(13);
  });

  it('looks back once keys stand out: circuits are told from where they began, and need no revision', () => {
    const marks = whole.filter((event) => event.type === 'phase');
    const circuits = marks.filter(({ phase }) => phase === 'circuitFormation');
    expect(circuits).toHaveLength(1);
    const [{ step, seq, evidence, revised }] = circuits;
    expect(revised).toBeUndefined();
    expect(step).toBeLessThan(evidence['toldAt']!);
    const before = whole.filter((event) => event.type === 'progress' && event.seq < seq);
    expect(before.filter((event) => event.type === 'progress' && event.keys === 'current')).toHaveLength(1);
  });

  it('leaves the training as it was: the losses are those of a run that never looks inside', async () => {
    const blind = { ...spec, training: { ...spec.training, steps: 300 } };
    const observe = { ...spec.observe, progressEvery: 1000 };
    const options = { runsDir: join(folder, 'blind'), runId: RUN_ID, engine: 'wasm', threads: 1 } as const;
    right(await executeRun({ ...blind, observe }, options, here)());
    const losses = (events: readonly RunEvent[]): unknown[] =>
      events.flatMap((e) =>
        e.type === 'metrics' && e.step <= 300 ? [[e.step, e.trainLoss, e.testLoss]] : [],
      );
    expect(losses(parsed(await linesOf('blind')))).toEqual(losses(whole));
  }, 120_000);

  it.each<[string, () => number]>([
    ['before it could look back', () => placeOf((e) => e.type === 'checkpoint' && e.step === 200) - 1],
    ['between progress and the phases it tells', () => placeOf((e) => e.type === 'phase' && e.step > 0) - 1],
    ['long after a phase was told', () => placeOf((e) => e.type === 'checkpoint' && e.step === 550)],
    ['in the middle of the last look', () => placeOf((e) => e.type === 'progress' && e.keys === 'final') + 5],
    ['before it could say that it ended', () => whole.length - 1],
  ])(
    '%s tells what one never killed tells',
    async (name, count) => {
      const events = await killedAfter(count(), name.replaceAll(' ', '-'));
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
      expect(told(events)).toEqual(told(whole));
    },
    120_000,
  );

  it('says which checkpoints are gone, and measures the others again', async () => {
    const at = placeOf((e) => e.type === 'checkpoint' && e.step === 600);
    const events = await killedAfter(at, 'gone', async (checkpoints) => {
      await rm(join(checkpoints, 'step-00000100.safetensors'));
      await writeFile(join(checkpoints, 'step-00000200.safetensors'), 'damaged');
    });
    const resumed = events.findLast((event) => event.type === 'started')!;
    expect(resumed).toHaveProperty('why', expect.stringContaining('steps 100, 200 are gone or damaged'));
    const final = events.flatMap((e) => (e.type === 'progress' && e.keys === 'final' ? [e.step] : []));
    expect(final).toEqual([50, 150, 250, 300, 350, 400, 450, 500, 550, 600, 640]);
    expect(events.at(-1)!.type).toBe('ended');
  }, 120_000);
});
