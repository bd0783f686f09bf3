import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import * as E from 'fp-ts/lib/Either.js';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineTask, executeRun, loadParts, planSweep, resumeRun, train, weighSpec } from '../index.js';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grokscope-parts-'));
  // As `grokscope init` links them.
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  mkdirSync(join(folder, 'node_modules'));
  for (const [name, place] of Object.entries({ grokscope: 'libs/grokscope', rxjs: 'node_modules/rxjs' }))
    symlinkSync(join(root, place), join(folder, 'node_modules', name), 'junction');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a new file of parts; `text` can use everything that the library exports. */
function fileOf(text: string): string {
  const path = join(folder, `parts-${files++}.mjs`);
  writeFileSync(path, `import * as g from 'grokscope';\nimport { tap } from 'rxjs';\n${text}\n`);
  return path;
}

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left, undefined, 1));
  return either.right;
};

const small = { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 };
const observe = { metricsEvery: 2, progressEvery: 2, checkpointEvery: 2 };
const addition = {
  task: { kind: 'modularAddition', p: 7 },
  model: small,
  training: { steps: 4 },
  observe,
} as const;

/** Returns the error that refuses a run of a spec with a file of parts; the runs folder must be unchanged. */
async function refusal(text: string, spec: object = addition): Promise<string> {
  const runsDir = join(folder, 'refused');
  const result = await executeRun({ ...spec, use: [fileOf(text)] } as never, {
    runsDir,
    engine: 'wasm',
    threads: 1,
  })();
  expect(existsSync(runsDir)).toBe(false);
  return E.isLeft(result) && result.left._tag === 'InvalidSpec' ? result.left.message : 'it was run';
}

const words = `teaches: 'x', words: () => ({ title: 'x' })`;
const task = (rest: string): string => `export const t = g.defineTask({ kind: 'own', ${words}, ${rest} });`;
const model = (rest: string): string =>
  `export const m = g.defineModel({ kind: 'own', tensors: (_, { dVocab }) => [g.parameter('W', [dVocab, 8], 0.1)], ${rest} });`;
const ownTask = { ...addition, task: { kind: 'own' } };
const ownModel = { ...addition, model: { kind: 'own' } };

describe('a mistake in a part refuses the run and names the part, its rule and the line', () => {
  it.each([
    ['a file that does not parse', 'export const = 3;', addition, /use\.0.*does not load: [^]*mjs[^]*:3/],
    ['a file that throws', 'null.x;', addition, /does not load: TypeError.*parts-\d+\.mjs:3:6\)/],
    ['a file without a part', 'export const x = 3;', addition, /exports no part; allowed is .*defineTask/],
    [
      'a kind that is taken',
      `export const t = g.defineTask({ kind: 'rot13', ${words}, pairs: () => ({}) });`,
      addition,
      /task rot13, kind: there is a task rot13 already/,
    ],
    [
      'a kind that is no word',
      `export const t = g.defineTask({ kind: 'a b' });`,
      addition,
      /kind: is "a b"; allowed are/,
    ],
    ['a task without examples', task(''), addition, /task own, form: has none of pairs, table and sampler/],
    [
      'an answer that is not there',
      task('pairs: () => ({ n: 5, answer: (a, b) => a * b })'),
      ownTask,
      /task own, answer\(2, 3\): returned 6; allowed is an integer from 0 to 4 \(.*mjs:3:/,
    ],
    [
      'an answer that is no number',
      task('pairs: () => ({ n: 5, answer: () => NaN })'),
      ownTask,
      /answer\(0, 0\): returned NaN/,
    ],
    [
      'an answer that throws',
      task('pairs: () => ({ n: 5, answer: (a) => undefined[a] })'),
      ownTask,
      /answer\(0, 0\): TypeError: .* \(.*mjs:3:\d+\)/,
    ],
    [
      'a token that is not there',
      task(
        `table: () => ({ dVocab: 4, nCtx: 2, tokens: Int32Array.of(0, 1, 9, 1), labels: Int32Array.of(1, 0), scoredPositions: Int32Array.of(1) })`,
      ),
      ownTask,
      /task own, table: token 0 of example 1 is 9; allowed is an integer from 0 to 3/,
    ],
    [
      'labels of another number',
      task(
        `table: () => ({ dVocab: 4, nCtx: 2, nScored: 1, tokens: Int32Array.of(0, 1, 1, 1), labels: Int32Array.of(1), scoredPositions: Int32Array.of(1) })`,
      ),
      ownTask,
      /labels has 1 entries; wanted are nExamples × nScored = 2 × 1/,
    ],
    [
      'logits of another shape',
      model(
        `forward: (_, { graph, batch, weight }) => g.ops.gather(weight('W'), graph.constant(batch.tokens))`,
      ),
      ownModel,
      /model own, forward: returned a tensor \[42, 8\]; wanted is a tensor \[14, 8\], scored positions × outputs/,
    ],
    [
      'operands that do not fit',
      model(
        `forward: (_, { graph, batch, weight }) => { const x = g.ops.gather(weight('W'), graph.constant(batch.tokens)); return g.ops.matmul(x, x); }`,
      ),
      ownModel,
      /model own, forward: ShapeMismatch: matmul: got operands \[42, 8\], \[42, 8\]; .* \(.*mjs:3:\d+\)/,
    ],
    [
      'a tensor that is not listed',
      model(`forward: (_, { weight }) => weight('V')`),
      ownModel,
      /asks for the tensor "V"; `tensors` lists W/,
    ],
    [
      'a loss of another shape',
      `export const l = g.defineLoss({ kind: 'own', apply: (logits) => logits });`,
      { ...addition, training: { steps: 4, loss: 'own' } },
      /loss own, apply: returned a tensor \[14, 8\]; wanted is a tensor \[14\]/,
    ],
    [
      'a loss that is not finite',
      `export const l = g.defineLoss({ kind: 'own', apply: (logits, labels) => g.ops.scale(g.ops.crossEntropy(logits, labels), Infinity) });`,
      { ...addition, training: { steps: 4, loss: 'own' } },
      /the loss at step 0 is not a finite number; it is made by loss own/,
    ],
    [
      'numbers that are not finite',
      `export const o = g.defineOptimizer({ kind: 'own', numbers: () => [NaN], rule: () => () => [] });`,
      { ...addition, optimizer: { kind: 'own' } },
      /optimizer own, numbers: returned NaN at place 0 for step 0; allowed are finite numbers/,
    ],
    [
      'a rule without updates',
      `export const o = g.defineOptimizer({ kind: 'own', rule: () => () => [] });`,
      { ...addition, optimizer: { kind: 'own' } },
      /optimizer own, rule: returned a list of 0; wanted is a list of updates/,
    ],
    [
      'a measure that throws',
      `export const m = g.defineMeasure({ name: 'own', title: 'x', of: ({ weight }) => weight('V')[0] });`,
      addition,
      /measure own, of: the network has no tensor V \(.*mjs:3:\d+\)/,
    ],
    [
      'a measure that is not finite',
      `export const m = g.defineMeasure({ name: 'own', title: 'x', of: () => NaN });`,
      addition,
      /measure own, of: returned a number that is not finite at step 0/,
    ],
    [
      'a measure without its words',
      `export const m = g.defineMeasure({ name: 'own', of: () => 1 });`,
      addition,
      /measure own, title/,
    ],
  ])('%s', async (_, text, spec, says) => {
    expect(await refusal(text, spec)).toMatch(says);
  });

  it('all files are looked at, and one that is not there is said to be missing', async () => {
    const use = [join(folder, 'none.mjs'), folder, fileOf('export const x = 3;')];
    const loaded = await loadParts(use)();
    expect(E.isLeft(loaded) && loaded.left.errors.map(({ path, message }) => `${path} ${message}`)).toEqual([
      expect.stringMatching(/^use\.0 does not exist/),
      expect.stringMatching(/^use\.1 is a folder/),
      expect.stringMatching(/^use\.2 exports no part/),
    ]);
  });

  it('wherever a spec is read: weighed, planned, trained', async () => {
    const file = fileOf(task('pairs: () => ({ n: 5, answer: () => 7 })'));
    const { catalogue } = right(await loadParts([file])());
    const says = {
      path: 'task.kind',
      message: expect.stringMatching(/answer\(0, 0\): returned 7/) as string,
    };
    const spec = { ...ownTask, data: { trainFraction: 0.5 } } as never;
    expect(planSweep({ name: 's', base: spec }, undefined, catalogue)).toMatchObject({ left: [says] });
    await expect(lastValueFrom(train({ ...ownTask, use: [file] } as never))).rejects.toMatchObject({
      errors: [says],
    });
    const broken = fileOf(task('pairs: () => { throw new Error("no pairs"); }'));
    const other = right(await loadParts([broken])()).catalogue;
    expect(weighSpec(spec, undefined, other)).toMatchObject({
      left: { errors: [{ path: 'task.kind', message: expect.stringMatching(/pairs: no pairs/) as string }] },
    });
  });
});

const parts = `
export const greater = g.defineTask({ kind: 'greater', parameters: { n: g.integer(2, 50) }, teaches: 'The greater of two.',
  words: ({ n }) => ({ title: 'max(a, b) below ' + n, sign: 'or' }), pairs: ({ n }) => ({ n, answer: (a, b) => Math.max(a, b) }) });
export const norm = g.defineMeasure({ name: 'norm', title: 'Norm', of: ({ weight }) => Math.hypot(...weight('embed.W_E')) });
`;
const greater = { ...addition, task: { kind: 'greater', n: 7 } };

it('a table is made once for a spec, whatever is asked of it', () => {
  let made = 0;
  const task = defineTask({
    kind: 'pair',
    teaches: 'x',
    words: () => ({ title: 'x' }),
    table: () => {
      made += 1;
      const [tokens, labels] = [Int32Array.of(0, 1, 1, 1), Int32Array.of(1, 0)];
      return { dVocab: 2, nCtx: 2, tokens, labels, scoredPositions: Int32Array.of(1) };
    },
  });
  if (task.isSampled) throw new Error('it is a table');
  const spec = { kind: 'pair' } as const;
  expect(right(task.table(spec))).toMatchObject({ nExamples: 2, nScored: 1, dVocabOut: 2 });
  expect(right(task.shape(spec))).not.toHaveProperty('tokens');
  expect([task.exampleCount(spec), task.words(spec).answers.count, made]).toEqual([2, 2, 1]);
});

describe('a file of parts', () => {
  it('trains in a thread, is measured and told, and its hash is kept; it goes on as it was, or is refused', async () => {
    const runsDir = mkdtempSync(join(folder, 'runs-'));
    const file = fileOf(parts);
    const options = { runsDir, runId: 'a', engine: 'wasm', threads: 1 } as const;
    const spec = { ...greater, use: [file] } as never;
    expect(right(await executeRun(spec, options)())).toMatchObject({ reason: 'completed', step: 4 });
    const run = right(await openRun(runsDir, 'a')());
    const { record } = run;
    expect(record.spec.use).toEqual([file]);
    expect(record.parts).toEqual([{ file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string }]);
    const events: readonly RunEvent[] = right(await run.readEvents()());
    expect(events[0]).toMatchObject({
      type: 'started',
      toldTask: { title: 'max(a, b) below 7' },
      measures: [{ name: 'norm' }],
    });
    const norms = events.flatMap((event) => (event.type === 'progress' ? [event.measures?.['norm']] : []));
    expect(norms.length).toBeGreaterThan(1);
    for (const norm of norms) expect(norm).toBeGreaterThan(0);

    expect(right(await resumeRun('a', { runsDir, steps: 6 })())).toMatchObject({ step: 6 });
    writeFileSync(file, `${readFileSync(file, 'utf8')}// another\n`);
    expect(await resumeRun('a', { runsDir, steps: 8 })()).toMatchObject({
      left: {
        _tag: 'InvalidSpec',
        errors: [
          {
            path: 'use.0',
            value: file,
            message: expect.stringMatching(/has changed since the run began/) as string,
          },
        ],
      },
    });
    const onward = await resumeRun('a', { runsDir, steps: 8, allowChangedParts: true })();
    expect(right(onward)).toMatchObject({ step: 8 });
    rmSync(file);
    expect(await resumeRun('a', { runsDir, steps: 9, allowChangedParts: true })()).toMatchObject({
      left: {
        _tag: 'InvalidSpec',
        errors: [{ path: 'use.0', message: expect.stringMatching(/does not exist/) as string }],
      },
    });
  });

  it('gives the same numbers as the same parts in code', async () => {
    const file = fileOf(parts);
    const own = (await import(/* @vite-ignore */ file)) as Record<string, never>;
    const numbersOf = async (stream$: ReturnType<typeof train>): Promise<unknown> =>
      (await lastValueFrom(stream$.pipe(toArray()))).flatMap((item) =>
        item.type === 'metrics' ? [item.testLoss] : [],
      );
    const how = { engine: 'wasm', threads: 1 } as const;
    const byFile = await numbersOf(train({ ...greater, use: [file] } as never, how));
    const byCode = await numbersOf(
      train(greater as never, { ...how, parts: [own['greater']!, own['norm']!] }),
    );
    expect(byFile).toHaveLength(3);
    expect(byCode).toEqual(byFile);
  });
});

describe('a sink', () => {
  it('hears every event once it is stored, and the run waits for it', async () => {
    const runsDir = mkdtempSync(join(folder, 'runs-'));
    const file = fileOf(`
import { appendFileSync } from 'node:fs';
export const s = g.defineSink({ name: 'ear', consume: (items$, { folder }) => items$.pipe(tap(({ type }) => appendFileSync(folder + '/heard', type + '\\n'))) });`);
    right(
      await executeRun({ ...addition, use: [file] } as never, {
        runsDir,
        runId: 'a',
        engine: 'wasm',
        threads: 1,
      })(),
    );
    const heard = readFileSync(join(runsDir, 'a', 'heard'), 'utf8')
      .trim()
      .split('\n');
    const stored = right(await right(await openRun(runsDir, 'a')()).readEvents()()).map(({ type }) => type);
    expect(heard.filter((type) => type !== 'snapshot')).toEqual(stored);
  });

  it('that fails ends alone', async () => {
    const runsDir = mkdtempSync(join(folder, 'runs-'));
    const file = fileOf(
      `export const s = g.defineSink({ name: 'deaf', consume: (items$) => items$.pipe(tap(() => { throw new Error('no ears'); })) });`,
    );
    const said: string[] = [];
    const hear = (warning: Error): void => void said.push(warning.message);
    process.on('warning', hear);
    try {
      const ended = await executeRun({ ...addition, use: [file] } as never, {
        runsDir,
        engine: 'wasm',
        threads: 1,
      })();
      expect(right(ended)).toMatchObject({ reason: 'completed' });
      await new Promise(setImmediate);
      expect(said).toEqual([
        expect.stringMatching(/sink deaf has failed, and the run goes on without it: no ears/),
      ]);
    } finally {
      process.off('warning', hear);
    }
  });
});
