import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ops } from '@grokscope/graph';
import { decodeWeights, parameter, type Model } from '@grokscope/model';
import { builtIn, datasetOf, type FullCatalogue } from '@grokscope/parts';
import { integer, withDefault } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { Either } from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeRun } from '../resume/resume-run.js';
import { executeRun } from '../run/execute-run.js';
import { analyzeWeights } from '../weights/analyze-weights.js';

const right = <A>(either: Either<unknown, A>): A => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left));
  return either.right;
};

/**
 * Scores the answers by each token alone: the mean of a row of logits for each token. In one place, as an author writes
 * it.
 */
const bagOfTokens: Model = {
  kind: 'bagOfTokens',
  parameters: () => ({ seed: withDefault(integer(0), 0) }),
  tensorNames: () => ['embed.W_E', 'unembed.W_U'],
  tensors: (_, { dVocab, dVocabOut }) => [
    parameter('embed.W_E', [dVocab, 6], 0.4),
    parameter('unembed.W_U', [6, dVocabOut], 0.4),
  ],
  forward: (_, { graph, task: { nCtx }, batch: { nExamples, tokens }, weight, note }) => {
    const index = tokens instanceof Int32Array ? graph.constant(tokens) : tokens;
    const embedded = note('hook_embed', ops.gather(weight('embed.W_E'), index));
    const example = Int32Array.from({ length: nExamples * nCtx }, (_unused, row) => Math.floor(row / nCtx));
    const sum = ops.scatterAdd(embedded, graph.constant(example), nExamples);
    return ops.matmul(sum, weight('unembed.W_U'));
  },
  values: (_, { nCtx, dVocabOut }) => ({ evaluated: 6 * nCtx + dVocabOut, trained: 6 * nCtx + dVocabOut }),
};
const catalogue: FullCatalogue = { ...builtIn, models: [...builtIn.models, bagOfTokens] };
const input = {
  name: 'bag',
  task: { kind: 'modularAddition', p: 7 },
  model: { kind: 'bagOfTokens' },
  optimizer: { lr: 0.02 },
  training: { steps: 40 },
  observe: { metricsEvery: 10, progressEvery: 20, checkpointEvery: 20 },
};

describe('a model that is not built in', () => {
  let runsDir: string;
  beforeAll(() => {
    runsDir = mkdtempSync(join(tmpdir(), 'grokscope-'));
  });
  afterAll(() => rmSync(runsDir, { recursive: true, force: true }));

  it('trains, is stored, goes on and is analysed where its catalogue is given', async () => {
    const options = { runsDir, runId: 'a', engine: 'wasm', catalogue } as const;
    expect(right(await executeRun(input, options)())).toMatchObject({ reason: 'completed', step: 40 });
    expect(await resumeRun('a', { runsDir, steps: 60 })()).toMatchObject({
      left: { _tag: 'MalformedRun', message: expect.stringMatching(/model\.kind = "bagOfTokens"/) as string },
    });
    const longer = right(await resumeRun('a', { runsDir, steps: 60, catalogue })());
    expect(longer).toMatchObject({ reason: 'completed', step: 60 });
    const run = right(await openRun(runsDir, 'a')());
    expect(run.record.spec.model).toEqual({ kind: 'bagOfTokens', seed: 0 });
    const events = right(await run.readEvents()());
    const losses = events.flatMap((event) => (event.type === 'metrics' ? [event.trainLoss!] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const { spec } = run.record;
    const { tensors } = right(await run.readCheckpoint('newest')());
    const dataset = right(datasetOf(spec, catalogue));
    const weights = right(decodeWeights(tensors, spec.model, dataset, catalogue.models));
    const analysis = await analyzeWeights(spec, weights, { catalogue });
    expect(analysis.loss.train).toBeGreaterThan(0);
    expect(analysis.absent['gini']).toBe('the embeddings of a model of the kind bagOfTokens are not known');
  });

  it('is refused by name where its code is not', () => {
    expect(
      datasetOf({
        ...input,
        data: { trainFraction: 0.3, splitSeed: 0, split: 'native' },
        model: { kind: 'bagOfTokens', seed: 0 },
      }),
    ).toMatchObject({
      left: { path: 'model.kind', message: expect.stringMatching(/transformer, mlp/) as string },
    });
  });
});
