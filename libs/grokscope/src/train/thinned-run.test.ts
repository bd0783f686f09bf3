import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '@grokscope/schema';
import { describeStoreError, estimateRunBytes, openRun } from '@grokscope/store';
import type { RunSize } from '@grokscope/store';
import { createDataset } from '@grokscope/tasks';
import { runSize } from '../run/execute-run.js';
import { RunBench, endingAt, right, smallSpec } from '../testing/run-bench.js';

// What a run leaves on the disk: bounded, and enough to resume exactly.

let bench: RunBench;
beforeEach(async () => {
  bench = await RunBench.create();
});
afterEach(() => bench.close());

const often = (steps: number): RunSpec =>
  smallSpec({ training: { steps }, observe: { metricsEvery: 50, progressEvery: 500, checkpointEvery: 5 } });
const stepsOf = async (name: string): Promise<number[]> =>
  (await bench.files(name)).flatMap((file) => /^step-(\d+)\.safetensors$/.exec(file)?.[1] ?? []).map(Number);

describe('a run with many checkpoints', () => {
  it('keeps some over all its steps, tells which it does not, and goes on exactly', async () => {
    await bench.run('whole', often(400));
    await bench.run('parts', often(400), endingAt(353));
    const states = (await bench.files('parts')).filter((file) => file.includes('optimizer'));
    expect(states).toEqual(['step-00000350.optimizer.safetensors', 'step-00000353.optimizer.safetensors']);
    await bench.forget('parts', 353);
    await bench.resume('parts');
    expect(await bench.sumOf('parts', 400)).toBe(await bench.sumOf('whole', 400));
    const everyTen = Array.from({ length: 40 }, (_, i) => 10 * (i + 1));
    expect(await stepsOf('whole')).toEqual([...everyTen.slice(0, -1), 395, 400]);
    expect(await stepsOf('parts')).toEqual(await stepsOf('whole'));
    for (const name of ['whole', 'parts']) {
      const told = new Set<number>();
      for (const event of await bench.events(name)) {
        if (event.type !== 'checkpoint') continue;
        for (const gone of event.thinned ?? []) told.delete(gone);
        told.add(event.step);
      }
      const there = await stepsOf(name);
      // The one at 353 was deleted by this test.
      expect([...told].filter((step) => step !== 353)).toEqual(there);
    }
    const run = right(await openRun(bench.dirOf('whole'), bench.runId)());
    const missing = await run.readCheckpoint(45)();
    expect(E.isLeft(missing) && describeStoreError(missing.left)).toMatch(
      /has no checkpoint at step 45; .* 380, 390, 395, 400/,
    );
  });

  it('keeps every one where it was told to, when it goes on too', async () => {
    await bench.run('a', often(400), { ...endingAt(341), keepAllCheckpoints: true });
    await bench.resume('a');
    expect(await stepsOf('a')).toHaveLength(81);
    expect((await bench.files('a')).filter((file) => file.includes('optimizer'))).toHaveLength(81);
  });
});

describe('the estimate of what a run takes on the disk', () => {
  const filter = { gradientFilter: { kind: 'grokfastEma', alpha: 0.98, lambda: 2 } };
  const cases: readonly (readonly [string, object, 'wasm' | 'reference'])[] = [
    ['AdamW', {}, 'wasm'],
    ['SGD', { kind: 'sgd' }, 'wasm'],
    ['Muon', { kind: 'muon' }, 'wasm'],
    ["Grokfast's third copy", filter, 'wasm'],
    ['float64 beside float32', {}, 'reference'],
    ["Grokfast's in float64", filter, 'reference'],
  ];

  it.each(cases)('is not less than it does, and not twice as much: %s', async (_, optimizer, engine) => {
    const model = { dModel: 64, nHeads: 2, dHead: 32, dMlp: 256 };
    const observe = { metricsEvery: 10, progressEvery: 10, checkpointEvery: 1 };
    const spec = smallSpec({ model, optimizer, training: { steps: 9 }, observe });
    for (const keepAllCheckpoints of [false, true]) {
      await bench.run('a', spec, { engine, keepAllCheckpoints });
      const folder = bench.folder('a');
      const files = await readdir(folder, { recursive: true });
      const sizes = await Promise.all(files.map((file) => stat(join(folder, file))));
      const taken = sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
      const dataset = right(createDataset(spec.task, spec.data));
      const size: RunSize = runSize(spec, dataset, { isExact: engine === 'reference', keepAllCheckpoints });
      expect(taken).toBeLessThanOrEqual(estimateRunBytes(size));
      expect(estimateRunBytes(size)).toBeLessThan(2 * taken);
      await rm(bench.dirOf('a'), { recursive: true });
    }
  });
});
