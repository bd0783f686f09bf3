import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveRunSpec } from '@grokscope/experiments';
import { decodeWeights } from '@grokscope/model';
import { builtIn, withTasks } from '@grokscope/parts';
import { decodeTaskKind, formatSpecErrors, toldOf, withTold } from '@grokscope/schema';
import { listRuns, openCatalogue, openRun } from '@grokscope/store';
import { createDataset, describeTasks, exampleCount, exampleTexts, taskWords } from '@grokscope/tasks';
import type { Either } from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeWeights } from '../weights/analyze-weights.js';
import { executeRun } from '../run/execute-run.js';
import { resumeRun } from '../resume/resume-run.js';
import { planSweep } from '../sweep/plan-sweep.js';
import { largerOfTwo } from '../testing/larger-of-two.js';

const SMALL = { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 } as const;

/** A catalogue with one additional task that nothing else in the repository knows. */
const catalogue = withTasks(builtIn, [largerOfTwo]);

const right = <A>(either: Either<unknown, A>): A => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left));
  return either.right;
};

describe('a task that is not built in', () => {
  let runsDir: string;
  beforeAll(() => {
    runsDir = mkdtempSync(join(tmpdir(), 'grokscope-'));
  });
  afterAll(() => rmSync(runsDir, { recursive: true, force: true }));

  it('is decoded as any other, its parameters filled in and held to its schema', () => {
    const spec = right(resolveRunSpec({ task: { kind: 'largerOfTwo' } }, catalogue));
    expect(spec.task).toEqual({ kind: 'largerOfTwo', n: 7 });
    const wrong = resolveRunSpec({ base: 'larger', task: { n: 1, p: 3 } }, catalogue);
    expect(wrong._tag === 'Left' && formatSpecErrors(wrong.left)).toMatch(
      /^task\.n = 1: must be an integer from 2 to 100\ntask\.p = 3: is an unknown key.*kind, n/,
    );
    expect(decodeTaskKind('largerOfTw', catalogue)).toMatchObject({
      left: { message: expect.stringMatching(/; did you mean largerOfTwo\?$/) as string },
    });
    // The built-in catalogue still does not know it.
    expect(resolveRunSpec({ task: { kind: 'largerOfTwo' } })._tag).toBe('Left');
  });

  it('refuses a kind that is there already', () => {
    expect(() => withTasks(catalogue, [largerOfTwo])).toThrow(/two tasks largerOfTwo/);
  });

  it('is listed, with its parameters and examples, and has its presets and sweeps', () => {
    expect(describeTasks(catalogue.tasks).at(-1)).toEqual({
      kind: 'largerOfTwo',
      teaches: largerOfTwo.teaches,
      parameters: { n: 'numbers, an integer from 2 to 100; default 7' },
    });
    const { task, data } = right(resolveRunSpec({ base: 'larger' }, catalogue));
    const [text] = exampleTexts(task, right(createDataset(task, data, catalogue.tasks)), 1, catalogue.tasks);
    const [, a, b, answer] = /^(\d+) or (\d+) → (\d+)$/.exec(text)!;
    expect(Number(answer)).toBe(Math.max(Number(a), Number(b)));
    const sweep = { name: 'sizes', base: 'larger', vary: { 'task.n': [5, 6] } };
    expect(right(planSweep(sweep, Infinity, catalogue)).cells).toHaveLength(2);
  });

  it('trains, is stored, and goes on where its catalogue is given', async () => {
    const options = { runsDir, runId: 'a', engine: 'wasm', catalogue } as const;
    const ended = right(await executeRun({ base: 'larger' }, options)());
    expect(ended).toMatchObject({ reason: 'completed', step: 20 });
    expect(right(await listRuns(runsDir)())).toMatchObject([
      { runId: 'a', task: 'largerOfTwo', state: 'completed', step: 20, problem: null },
    ]);
    // Readers of the folders and readers of the index both report what the run recorded about its task.
    const title = 'the larger of two numbers below 11';
    const { catalogue: indexed, index } = await openCatalogue(runsDir);
    for (let times = 0; times < 2; times++)
      expect(right(await indexed.list()())).toMatchObject([{ task: 'largerOfTwo', taskTitle: title }]);
    index?.close();
    expect(right(await listRuns(runsDir)())).toMatchObject([{ taskTitle: title }]);
    const unknown = await resumeRun('a', { runsDir, steps: 30 })();
    expect(unknown).toMatchObject({
      left: { _tag: 'MalformedRun', message: expect.stringMatching(/task\.kind = "largerOfTwo"/) as string },
    });
    const longer = right(await resumeRun('a', { runsDir, steps: 30, catalogue })());
    expect(longer).toMatchObject({ reason: 'completed', step: 30 });
  });

  it('is analysed from what was stored, and spoken of by its own words', async () => {
    const run = right(await openRun(runsDir, 'a')());
    const { spec } = run.record;
    const { tensors } = right(await run.readCheckpoint('newest')());
    const dataset = right(createDataset(spec.task, spec.data, catalogue.tasks));
    const weights = right(decodeWeights(tensors, spec.model, dataset));
    const analysis = await analyzeWeights(spec, weights, { step: 30, catalogue });
    const last = right(await run.readEvents()()).findLast((event) => event.type === 'metrics');
    // An analysis leaves out the logit of "=", which only adds to a loss.
    expect(analysis.loss.test).toBeGreaterThan(0);
    expect(analysis.loss.test).toBeLessThan(last!.testLoss!);
    expect(taskWords(spec.task, catalogue.tasks).title).toBe('the larger of two numbers below 11');
    // Without the task itself and its runs' record of it, only its kind is known.
    expect(taskWords(spec.task).title).toBe('largerOfTwo');
  });

  it('is told by its runs to readers without its code', async () => {
    const run = right(await openRun(runsDir, 'a')());
    const starts = right(await run.readEvents()()).flatMap((event) =>
      event.type === 'started' ? [event] : [],
    );
    expect(starts).toHaveLength(2);
    for (const { spec, toldTask } of starts) {
      const task = withTold(spec.task, toldTask!);
      expect(taskWords(task)).toMatchObject(largerOfTwo.words(spec.task as never));
      expect(exampleCount(task)).toBe(exampleCount(spec.task, catalogue.tasks));
      expect(toldOf(task)?.such[0]).toMatch(/^\d+ or \d+ → \d+$/);
      // None of it is written with the spec.
      expect(JSON.stringify(task)).toBe(JSON.stringify(spec.task));
    }
  });

  it('is not told where it is built in: every reader has its words', async () => {
    const spec = { task: { kind: 'modularAddition', p: 5 }, model: SMALL, training: { steps: 1 } } as const;
    right(await executeRun(spec, { runsDir, runId: 'b', engine: 'reference', catalogue })());
    const events = right(await right(await openRun(runsDir, 'b')()).readEvents()());
    expect(events[0]).not.toHaveProperty('toldTask');
  });
});
