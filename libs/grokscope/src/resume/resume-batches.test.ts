import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { resolveRunSpec } from '@grokscope/experiments';
import type { RunSpec } from '@grokscope/schema';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { metricsLines, runKilled, runUnharmed } from '../testing/killed-run.js';

// Examples that change with every step, an optimizer that keeps much state, tensors that are frozen or slow, noisy
// labels: a run in processes of its own continues from its weights, its optimizer's state and its step number alone.

function specOf(): RunSpec {
  const spec = resolveRunSpec({
    name: 'batches',
    task: { kind: 'digitAddition', digits: 2 },
    data: { labelNoise: 0.1 },
    model: { dModel: 8, nHeads: 2, dHead: 4, dMlp: 10, normalization: 'layerNorm' },
    optimizer: {
      ...{ kind: 'muon', lr: 0.01, schedule: 'cosine', gradientFilter: { kind: 'grokfastEma' } },
      frozen: ['pos_embed.W_pos', 'blocks.0.mlp.W_in'],
      lrScale: { 'unembed.W_U': 0.5 },
    },
    training: { steps: 400, batchSize: 7 },
    observe: { metricsEvery: 100, progressEvery: 1000, checkpointEvery: 20 },
  });
  if (E.isLeft(spec)) throw new Error(JSON.stringify(spec.left));
  return spec.right;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-batches-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a run on ever new examples, killed and resumed, ends with the bytes of one never harmed', async () => {
  const plan = {
    runId: 'batches',
    spec: specOf(),
    engine: 'wasm',
    threads: 1,
    seed: 9,
    eventsBetween: 16,
    extraMs: 20,
  } as const;
  const whole = await runUnharmed({ ...plan, runsDir: join(folder, 'whole') });
  const killed = await runKilled({ ...plan, runsDir: join(folder, 'killed'), kills: 2 });
  expect(killed.kills).toBe(2);
  // Both kills came after a checkpoint: nothing restarted from the beginning.
  expect(killed.resumedFrom).toHaveLength(2);
  expect(Math.min(...killed.resumedFrom)).toBeGreaterThan(0);
  expect(Object.keys(whole.finalFiles)).toHaveLength(2);
  expect(killed.finalFiles).toEqual(whole.finalFiles);
  expect(metricsLines(killed.events)).toEqual(metricsLines(whole.events));
}, 120_000);
