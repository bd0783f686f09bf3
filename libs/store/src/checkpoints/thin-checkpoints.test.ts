import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunProgress } from '@grokscope/schema';
import { decodeStoredSpec } from '@grokscope/schema';
import { writeCheckpointFiles } from './checkpoints.js';
import { ownOrigin } from '../run/provenance-of.js';
import { describeStoreError } from '../errors.js';
import { newestResumePoint } from './resume-point.js';
import { keptSteps, mostCheckpoints, stepsToThin, thinCheckpoints } from './thin-checkpoints.js';

const upTo = (newest: number, every: number): number[] =>
  Array.from({ length: Math.floor(newest / every) }, (_, i) => (i + 1) * every);

const widestGap = (steps: readonly number[]): number =>
  Math.max(...steps.map((step, i) => step - (steps[i - 1] ?? 0)));

describe('the checkpoints that stay', () => {
  it('are all of them while they are few', () => {
    expect([...keptSteps(upTo(1200, 50), 50, 64)]).toEqual(upTo(1200, 50));
    expect([...keptSteps([7, 50, 61], 50, 64)]).toEqual([7, 50, 61]);
  });

  it('are every second one, every fourth one, … where they are many, and the newest two', () => {
    expect([...keptSteps(upTo(3250, 50), 50, 64)]).toEqual([...upTo(3200, 100), 3250]);
    expect([...keptSteps(upTo(4000, 50), 50, 64)]).toEqual([...upTo(4000, 100), 3950]);
  });

  it('cover the whole run evenly at every moment, whenever and wherever it also rested', () => {
    const plan = fc.record({
      every: fc.integer({ min: 1, max: 300 }),
      most: fc.integer({ min: 8, max: 64 }),
      count: fc.integer({ min: 1, max: 500 }),
      rests: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(plan, ({ every, most, count, rests }) => {
        const rested = rests.map((share) => 1 + Math.floor(share * every * count));
        const written = [...new Set([...upTo(every * count, every), ...rested])].sort((a, b) => a - b);
        const faults: number[] = [];
        let before = 0;
        let there: number[] = [];
        for (const step of written) {
          there.push(step);
          const kept = keptSteps(there, every, most);
          there = there.filter((other) => kept.has(other));
          // One expectation for all moments: thousands of them would take seconds.
          const isNewest = there.at(-1) === step && (there.length < 2 || there.at(-2) === before);
          if (there.length > most + 2 || !isNewest || widestGap(there) > every + (2 * step) / most + every)
            faults.push(step);
          before = step;
        }
        expect(faults).toEqual([]);
      }),
      { seed: 34, numRuns: 60 },
    );
  });

  it('are fewer of a large model, but never a handful', () => {
    expect([1e6, 2 ** 23, 2 ** 26, 2 ** 31].map(mostCheckpoints)).toEqual([64, 64, 8, 8]);
  });
});

describe('thinning out', () => {
  const spec = decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } });
  if (E.isLeft(spec)) throw new Error('the test has a bad spec');
  const progress: RunProgress = {
    ...{ settings: {}, stepMemorized: null, stepGeneralized: null },
    ...{ elapsedMs: 1, evaluationMs: 0 },
  };
  const tensors = { W: { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) } };

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grokscope-thin-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (step: number): Promise<string> =>
    writeCheckpointFiles(folder, { runId: 'a', step, spec: spec.right, origin: ownOrigin }, tensors, {
      optimizer: tensors,
      progress,
    });
  const names = async (): Promise<string[]> => (await readdir(join(folder, 'checkpoints'))).sort();

  it('leaves two to go on from, and of the others the weights with a manifest that is true', async () => {
    for (const step of [10, 20, 30, 40]) await write(step);
    const before = await readFile(join(folder, 'checkpoints', 'step-00000020.safetensors'));
    await thinCheckpoints(folder, 40, [10]);
    expect(await names()).toEqual(
      [
        ...['step-00000020.json', 'step-00000020.safetensors'],
        ...[30, 40].flatMap((step) =>
          ['json', 'optimizer.safetensors', 'safetensors'].map((end) => `step-000000${step}.${end}`),
        ),
      ].sort(),
    );
    expect(await readFile(join(folder, 'checkpoints', 'step-00000020.safetensors'))).toEqual(before);
    expect(await newestResumePoint(folder)).toMatchObject({ point: { step: 40 }, refused: [] });
    for (const step of [40, 30])
      await writeFile(join(folder, 'checkpoints', `step-000000${step}.safetensors`), 'x');
    const { point, refused } = await newestResumePoint(folder);
    expect(point).toBeUndefined();
    expect(refused.map(describeStoreError).at(-1)).toMatch(/step-00000020.safetensors: has weights only/);
  });

  it('goes by what is there up to the step, and leaves what comes after it', async () => {
    for (const step of [10, 20, 30, 40, 50]) await write(step);
    await thinCheckpoints(folder, 30, []);
    const states = (await names()).filter((name) => name.includes('optimizer'));
    expect(states).toEqual([20, 30, 40, 50].map((step) => `step-000000${step}.optimizer.safetensors`));
    expect(await stepsToThin(folder, 30, 10, 1000)).toEqual([]);
    expect(await stepsToThin(folder, 50, 10, 2 ** 30)).toEqual([]);
  });
});
