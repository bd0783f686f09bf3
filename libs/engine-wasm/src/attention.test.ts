import { createReferenceEngine } from '@grokscope/engine';
import { differingNames, largestDifference } from '@grokscope/engine/testing';
import { Graph, ops } from '@grokscope/graph';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createWasmEngine } from './index.js';

const engines = await Promise.all([1, 2, 3].map((threads) => createWasmEngine({ threads })));
const reference = createReferenceEngine();
afterAll(async () => void (await Promise.all([...engines, reference].map((engine) => engine.dispose()))));

interface Sizes {
  readonly examples: number;
  readonly nHeads: number;
  readonly nQueries: number;
  readonly nKeys: number;
  readonly dHead: number;
}

/**
 * Attention and its gradients: everything that a step computes for it. The outputs are its results, so that the
 * gradient of the weights is needed for one example at a time; or the weights and their gradient too; or every
 * intermediate value, so that nothing is fused.
 */
function attention({ examples, dHead, ...sizes }: Sizes, show: 'results' | 'weights' | 'everything') {
  const { nHeads, nQueries, nKeys } = sizes;
  const graph = new Graph();
  const [queryShape, keyShape] = [nQueries, nKeys].map((n) => [examples * n, nHeads * dHead]);
  const [q, dz] = ['q', 'dz'].map((name) => graph.input(name, queryShape));
  const [k, v] = ['k', 'v'].map((name) => graph.input(name, keyShape));
  const lastKey = graph.input('lastKey', [examples * nQueries], 'i32');
  const scores = ops.attentionScores(q, k, sizes, 0.3);
  const a = ops.attentionSoftmax(scores, lastKey, nHeads);
  const da = ops.attentionScores(dz, v, sizes, 1);
  const dScores = ops.attentionSoftmaxGradient(da, a, nHeads);
  const scaled = ops.scale(dScores, 0.3);
  const results = {
    z: ops.attentionValues(a, v, sizes),
    dv: ops.attentionValuesTransposed(a, dz, sizes),
    dq: ops.attentionValues(scaled, k, sizes),
    dk: ops.attentionValuesTransposed(scaled, q, sizes),
  };
  const outputs = {
    results,
    weights: { ...results, a, scaled },
    everything: { ...results, a, scaled, scores, da, dScores },
  }[show];
  return { graph, outputs, updates: [] };
}

/** Query i sees the keys up to its place from the end, as in a causal model; with `spread` any number of them. */
function feed({ examples, nHeads, nQueries, nKeys, dHead }: Sizes, spread: number) {
  const values = (rows: number, frequency: number) =>
    Float32Array.from({ length: examples * rows * nHeads * dHead }, (_, i) => Math.sin(i * frequency + 1));
  const lastKey = Int32Array.from({ length: examples * nQueries }, (_, i) => {
    const causal = Math.max(0, nKeys - nQueries + (i % nQueries));
    return spread === 0 ? causal : (i * spread) % nKeys;
  });
  const [q, dz] = [values(nQueries, 0.37), values(nQueries, 1.9)];
  return { q, dz, k: values(nKeys, 0.71), v: values(nKeys, 1.3), lastKey };
}

const size = (max: number) => fc.integer({ min: 1, max });
const anySizes = fc.record({
  examples: size(3),
  nHeads: size(3),
  nQueries: size(20),
  nKeys: size(30),
  dHead: size(14),
});

describe('attention and its gradients', () => {
  it('agree with the reference engine for any sizes, keys seen and threads', async () => {
    await fc.assert(
      fc.asyncProperty(anySizes, fc.nat(40), size(3), fc.boolean(), async (sizes, spread, threads, short) => {
        const f = attention(sizes, short ? 'results' : 'weights');
        const programs = [await engines[threads - 1].compile({ f }), await reference.compile({ f })];
        const [got, want] = await Promise.all(programs.map((p) => p.run('f', [feed(sizes, spread)])));
        await Promise.all(programs.map((p) => p.dispose()));
        for (const name of Object.keys(want))
          expect(largestDifference(got[name], want[name]), name).toBeLessThan(5e-6);
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  it('give the same bits for any number of threads, one after another or as one step', async () => {
    for (const sizes of [
      { examples: 3, nHeads: 4, nQueries: 85, nKeys: 85, dHead: 12 },
      { examples: 5, nHeads: 4, nQueries: 6, nKeys: 18, dHead: 32 },
      { examples: 7, nHeads: 4, nQueries: 1, nKeys: 3, dHead: 32 },
    ]) {
      const functions = {
        short: attention(sizes, 'results'),
        fused: attention(sizes, 'weights'),
        separate: attention(sizes, 'everything'),
      };
      const programs = await Promise.all(engines.map((engine) => engine.compile(functions)));
      const run = (name: string) => Promise.all(programs.map((p) => p.run(name, [feed(sizes, 0)])));
      const [[one, two, three], [{ a, scaled, z, dv, dq, dk }]] = [await run('fused'), await run('separate')];
      const short = await run('short');
      await Promise.all(programs.map((p) => p.dispose()));
      expect(differingNames(two, one)).toEqual([]);
      expect(differingNames(three, one)).toEqual([]);
      expect(differingNames({ a, scaled, z, dv, dq, dk }, one)).toEqual([]);
      for (const results of short) expect(differingNames(results, { z, dv, dq, dk })).toEqual([]);
    }
  });

  it('goes through keys in blocks where they do not fit the scratch together', async () => {
    const sizes = { examples: 1, nHeads: 1, nQueries: 7, nKeys: 100, dHead: 400 };
    const f = attention(sizes, 'weights');
    const programs = [await engines[0].compile({ f }), await reference.compile({ f })];
    const [got, want] = await Promise.all(programs.map((p) => p.run('f', [feed(sizes, 0)])));
    await Promise.all(programs.map((p) => p.dispose()));
    for (const name of Object.keys(want))
      expect(largestDifference(got[name], want[name]), name).toBeLessThan(2e-4);
  });

  it('leaves nothing out: weights after zeros count', async () => {
    const sizes = { nHeads: 2, nQueries: 9, nKeys: 21 };
    const graph = new Graph();
    const [a, x, v] = [graph.input('a', [9, 42]), graph.input('x', [9, 10]), graph.input('v', [21, 10])];
    const outputs = { z: ops.attentionValues(a, v, sizes), dv: ops.attentionValuesTransposed(a, x, sizes) };
    const f = { graph, outputs, updates: [] };
    // One weight in nine, at another key in each row; some rows have none.
    const weights = Float32Array.from({ length: 9 * 42 }, (_, i) => (i % 9 === 4 && i % 42 < 38 ? 1 + i : 0));
    const ramp = (length: number) => Float32Array.from({ length }, (_, i) => 1 + (i % 13));
    const fed = { a: weights, x: ramp(90), v: ramp(210) };
    const programs = [await engines[1].compile({ f }), await reference.compile({ f })];
    const [got, want] = await Promise.all(programs.map((p) => p.run('f', [fed])));
    await Promise.all(programs.map((p) => p.dispose()));
    for (const name of Object.keys(want)) expect([...got[name]]).toEqual([...want[name]]);
    expect(want.z.some((value) => value > 0)).toBe(true);
  });
});
