import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSpecErrors, type FormattableError, type RunEvent, type RunSpecInput } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { TrainingItem } from '@grokscope/training';
import type { Either } from 'fp-ts/lib/Either.js';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weighSpec } from '../engines/weigh-spec.js';
import { resumeRun } from '../resume/resume-run.js';
import { executeRun } from '../run/execute-run.js';
import { planSweep } from '../sweep/plan-sweep.js';
import { train } from '../train/train.js';
import { analyzeWeights } from '../weights/analyze-weights.js';
import { filesOfWeights } from './kept-files.js';
import { inFolder, withFilesOf } from './own-files.js';
import { sweepInFolder } from './sweep-files.js';
import { builtIn, withFiles } from '@grokscope/parts';

const SMALL = { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 } as const;
const HIDDEN = ['e', 'c', 'a', 'd', 'b'];
const ROWS = [
  'x,y,z',
  ...HIDDEN.flatMap((x, i) => HIDDEN.map((y, j) => `${x},${y},${HIDDEN[(i + j) % 5]}`)),
].join('\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grokscope-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, contents: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};
const right = <A>(either: Either<unknown, A>): A => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left));
  return either.right;
};
const faults = (
  either: Either<readonly FormattableError[] | { errors: readonly FormattableError[] }, unknown>,
) => {
  if (either._tag === 'Right') throw new Error('expected a left');
  return formatSpecErrors('errors' in either.left ? either.left.errors : either.left);
};
const specOf = (path: string, more: Partial<RunSpecInput> = {}): RunSpecInput => ({
  task: { kind: 'table', file: path },
  data: { trainFraction: 0.6, split: 'native' },
  model: SMALL,
  training: { steps: 8 },
  observe: { metricsEvery: 4, progressEvery: 8, checkpointEvery: 4 },
  ...more,
});

describe('a run that is made of a file', () => {
  it('keeps it by path, size and sum, copies it, says what it is, and goes on without the original', async () => {
    const runsDir = join(folder, 'runs');
    const path = file('own.csv', ROWS);
    const items: TrainingItem[] = [];
    const common = {
      runsDir,
      engine: 'reference',
      onItem: (item: TrainingItem) => items.push(item),
    } as const;
    right(await executeRun(specOf(path), { ...common, runId: 'whole' })());
    const record = JSON.parse(readFileSync(join(runsDir, 'whole', 'run.json'), 'utf8'));
    const sha256 = createHash('sha256').update(ROWS).digest('hex');
    expect(record.files).toEqual([{ path, bytes: ROWS.length, sha256, copy: 'data/1-own.csv' }]);
    expect(record.spec.task).toEqual({ kind: 'table', file: path, header: true });
    expect(readFileSync(join(runsDir, 'whole', 'data', '1-own.csv'), 'utf8')).toBe(ROWS);
    const [started] = items as RunEvent[];
    expect(started).toMatchObject({
      toldTask: {
        title: 'own.csv: x, y → z',
        recognised: expect.stringMatching(/^addition mod 5 under other names/) as string,
      },
    });

    right(await executeRun(specOf(path, { training: { steps: 4 } }), { ...common, runId: 'cut' })());
    writeFileSync(path, ROWS.replace('e,e,e', 'e,e,c'));
    right(await resumeRun('cut', { runsDir, steps: 8 })());
    const weightsOf = async (runId: string) => {
      const read = right(await right(await openRun(runsDir, runId)()).readCheckpoint(8)());
      return Object.entries(read.tensors).map(([name, { data }]) => [name, Array.from(data as Float32Array)]);
    };
    expect(await weightsOf('cut')).toEqual(await weightsOf('whole'));

    const checkpoint = join(runsDir, 'cut', 'checkpoints', 'step-8.safetensors');
    expect(right(await filesOfWeights(checkpoint)).get(path)).toEqual(new TextEncoder().encode(ROWS));

    right(await executeRun(specOf(path, { training: { steps: 4 } }), { ...common, runId: 'lost' })());
    writeFileSync(join(runsDir, 'lost', 'data', '1-own.csv'), 'x,y\n1,2\n2,1\n');
    writeFileSync(path, ROWS);
    const refused = await resumeRun('lost', { runsDir, steps: 8 })();
    expect(refused).toMatchObject({
      left: { _tag: 'MalformedRun', message: expect.stringContaining(`${path} is not what it was`) },
    });
  });

  it('is analysed as what its table is', async () => {
    const path = file('analysed.csv', ROWS);
    const items = await lastValueFrom(train(specOf(path), { engine: 'reference' }).pipe(toArray()));
    const last = items.findLast((item) => item.type === 'snapshot');
    if (last?.type !== 'snapshot') throw new Error('no weights');
    const analysis = await analyzeWeights(specOf(path), last.weights);
    expect(analysis['group']).toMatchObject({ operation: 'addition mod 5', order: 5 });
    expect(analysis['keyFrequencies']).toBeDefined();
  });

  it('is analysed by the characters of the group that its table is', async () => {
    // Z_2 × Z_2 × Z_2, its elements called a to h.
    const names = 'abcdefgh';
    const rows = Array.from(
      { length: 64 },
      (_, i) => `${names[i >> 3]},${names[i & 7]},${names[(i >> 3) ^ (i & 7)]}`,
    );
    const spec = specOf(file('group.csv', ['x,y,xy', ...rows].join('\n')));
    const items = await lastValueFrom(train(spec, { engine: 'reference' }).pipe(toArray()));
    const last = items.findLast((item) => item.type === 'snapshot');
    if (last?.type !== 'snapshot') throw new Error('no weights');
    expect(items[0]).toMatchObject({
      toldTask: { recognised: 'the product in a group of 8 elements, commutative but not cyclic' },
    });
    const { characters } = await analyzeWeights(spec, last.weights);
    expect(characters).toHaveLength(8);
  });

  it('trains in a thread of its own, the text of a language model too, and by a split file', async () => {
    const text = file('own.txt', Array.from({ length: 400 }, (_, i) => `${i} green bottles, `).join(''));
    const split = file('split.json', '{"train": [3, 1, 4, 15, 9, 2, 6]}');
    const steps = {
      training: { steps: 2, batchSize: 4 },
      observe: { metricsEvery: 2, progressEvery: 2, checkpointEvery: 2 },
    };
    for (const input of [
      { task: { kind: 'text', file: text, length: 16 }, model: { ...SMALL, dMlp: 0, nLayers: 2 }, ...steps },
      { task: { kind: 'modularAddition', p: 5 }, data: { splitFile: split }, model: SMALL, ...steps },
    ]) {
      const items = await lastValueFrom(
        train(input as RunSpecInput, { engine: 'reference' }).pipe(toArray()),
      );
      expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 2 });
    }
  });
});

describe('a file that cannot be read', () => {
  it('is refused before anything is written: none, a folder, one that is too large', async () => {
    const runsDir = join(folder, 'no-runs');
    const inner = join(folder, 'a-folder');
    mkdirSync(inner);
    const huge = file('huge.csv', '');
    truncateSync(huge, 2 ** 40);
    for (const [path, message] of [
      [join(folder, 'none.csv'), 'is not there'],
      [inner, 'is a folder (allowed: a file)'],
      [huge, 'has 1048576 MiB (allowed: a file of at most 256 MiB)'],
      [file('bad.csv', 'a,b\n1,2\n2,\n'), 'line 3 has no label'],
    ] as const) {
      const refused = await executeRun(specOf(path), { runsDir, engine: 'reference' })();
      expect(faults(refused as never)).toContain(`task.file = ${JSON.stringify(path)}: `.slice(0, 60));
      expect(faults(refused as never)).toContain(message);
    }
    expect(() => readFileSync(runsDir)).toThrow(/ENOENT/);
  });

  it('is known to whoever weighs a spec, and so is a table that is too large for the memory', () => {
    expect(weighSpec(specOf(join(folder, 'none.csv')))).toMatchObject({ left: { code: 'invalidSpec' } });
    const path = file('large.csv', Array.from({ length: 40_000 }, (_, i) => `${i},${i % 7}`).join('\n'));
    const spec = specOf(path, { task: { kind: 'table', file: path, header: false } });
    expect(weighSpec(spec, 200 << 20)).toMatchObject({ left: { code: 'memoryTooSmall' } });
  });
});

describe('paths of files', () => {
  it('are relative to the folder that is given, in a spec, over a preset and in a sweep', () => {
    const here = { task: { kind: 'table', file: 'a.csv' }, data: { splitFile: '../s.json' } };
    expect(inFolder(here, '/x/y')).toEqual({
      task: { kind: 'table', file: '/x/y/a.csv' },
      data: { splitFile: '/x/s.json' },
    });
    expect(inFolder({ base: 'p', task: { table: 'g.csv' } }, '/x')).toEqual({
      base: 'p',
      task: { table: '/x/g.csv' },
    });
    expect(inFolder({ task: { kind: 'modularPolynomial', file: 'no' } }, '/x')).toEqual({
      task: { kind: 'modularPolynomial', file: 'no' },
    });
    const sweep = {
      base: { task: { kind: 'text', file: 't.txt' } },
      vary: { 'task.file': ['u.txt', 'grokscope:v.txt'], 'model.seed': [1] },
      cases: [{ 'data.splitFile': 's.json' }, { task: { kind: 'table', file: 'w.csv' } }],
    };
    expect(sweepInFolder(sweep, '/x')).toEqual({
      base: { task: { kind: 'text', file: '/x/t.txt' } },
      vary: { 'task.file': ['/x/u.txt', 'grokscope:v.txt'], 'model.seed': [1] },
      cases: [{ 'data.splitFile': '/x/s.json' }, { task: { kind: 'table', file: '/x/w.csv' } }],
    });
  });

  it('of a sweep are read as it is planned, and every fault is listed once', () => {
    const [good, bad] = [file('good.csv', ROWS), file('ragged.csv', 'a,b\n1,2\n1\n')];
    const base = specOf(good);
    const plan = planSweep({ name: 's', base, vary: { 'task.file': [good] }, seeds: [0, 1] });
    expect(right(plan).cells.map(({ spec }) => spec.task['file'])).toEqual([good, good]);
    const refused = planSweep({ name: 's', base, vary: { 'task.file': [good, bad] }, seeds: [0, 1] });
    expect(faults(refused)).toMatch(/^task\.file = .*: line 3 has 1 cells, and line 1 has 2 .*$/);
  });

  it('are read once, and contents at hand are taken', () => {
    const spec = right(weighSpec(specOf(file('once.csv', ROWS)))) && inFolder(specOf('gone.csv'), folder);
    const gone = join(folder, 'gone.csv');
    const known = withFiles(builtIn, new Map([[gone, new TextEncoder().encode(ROWS)]]));
    expect(right(withFilesOf([spec as never], known))).toBe(known);
    expect(weighSpec(spec, undefined, known)._tag).toBe('Right');
  });
});
