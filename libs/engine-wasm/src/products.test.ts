import { differingNames, largestDifference } from '@grokscope/engine/testing';
import { Graph, ops } from '@grokscope/graph';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createWasmEngine } from './index.js';

const engines = await Promise.all([1, 2, 3].map((threads) => createWasmEngine({ threads })));
afterAll(async () => void (await Promise.all(engines.map((engine) => engine.dispose()))));

interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

const TRANSPOSES = [
  { transposeA: false, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: false },
  { transposeA: true, transposeB: true },
];

const values = (length: number, frequency: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * frequency + 1));

/** Plain float64 sums; `a` is [m,k], `b` is [k,n]. */
function plainProduct(a: Float32Array, b: Float32Array, { m, k, n }: Sizes): Float64Array {
  const y = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) y[i * n + j] += a[i * k + p] * b[p * n + j];
  return y;
}

function transpose(x: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(x, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)]);
}

/** All four transpositions, in one function: a write past the end of one result would spoil another. */
async function fourProducts(threads: number, a: Float32Array, b: Float32Array, { m, k, n }: Sizes) {
  const graph = new Graph();
  const outputs = TRANSPOSES.map(({ transposeA, transposeB }, i) => {
    const left = transposeA ? graph.input('aT', [k, m]) : graph.input('a', [m, k]);
    const right = transposeB ? graph.input('bT', [n, k]) : graph.input('b', [k, n]);
    return [`y${i}`, ops.matmul(left, right, { transposeA, transposeB })] as const;
  });
  const program = await engines[threads - 1].compile({
    f: { graph, outputs: Object.fromEntries(outputs), updates: [] },
  });
  try {
    return await program.run('f', [{ a, b, aT: transpose(a, m, k), bT: transpose(b, k, n) }]);
  } finally {
    await program.dispose();
  }
}

describe('matmul', () => {
  it('agrees with plain sums for any sizes, transposes and threads', async () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const sizes = fc.record({ m: size(50), k: size(600), n: size(50), threads: size(3) });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ threads, ...s }) => {
        const [a, b] = [values(s.m * s.k, 0.37), values(s.k * s.n, 0.71)];
        const want = plainProduct(a, b, s);
        for (const y of Object.values(await fourProducts(threads, a, b, s)))
          expect(largestDifference(y, want)).toBeLessThan(2e-6 * Math.sqrt(s.k) + 1e-6);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('gives the same bits for any number of threads', async () => {
    for (const s of [
      { m: 517, k: 130, n: 114 },
      { m: 7, k: 1300, n: 514 },
    ]) {
      const [a, b] = [values(s.m * s.k, 0.37), values(s.k * s.n, 0.71)];
      const [one, two, three] = await Promise.all([1, 2, 3].map((threads) => fourProducts(threads, a, b, s)));
      expect(differingNames(two, one)).toEqual([]);
      expect(differingNames(three, one)).toEqual([]);
    }
  });

  it('stays accurate over a long inner dimension', async () => {
    // Summing 60,000 equal numbers one after another in float32 is off by 1e-4 and more.
    const s = { m: 3, k: 60_000, n: 2 };
    const a = Float32Array.from({ length: s.m * s.k }, () => 0.1);
    const b = Float32Array.from({ length: s.k * s.n }, () => 1);
    const { y0 } = await fourProducts(1, a, b, s);
    for (const y of y0) expect(Math.abs(y / (s.k * Math.fround(0.1)) - 1)).toBeLessThan(1e-5);
  });

  it('with a bias, a relu or the gradient of a relu behind it is what the separate ops give', async () => {
    const graph = new Graph();
    const [x, w] = [graph.input('x', [61, 33]), graph.input('w', [33, 27])];
    const [row, mask] = [graph.input('row', [27]), graph.input('mask', [61, 27])];
    const product = ops.matmul(x, w);
    // An output that reads the product keeps it from being absorbed in `separate`.
    const fused = { y: ops.relu(ops.addRow(product, row)) };
    const gradient = { y: ops.reluGradient(product, mask) };
    const program = await engines[1].compile({
      fused: { graph, outputs: fused, updates: [] },
      separate: { graph, outputs: { ...fused, product }, updates: [] },
      gradient: { graph, outputs: gradient, updates: [] },
      separateGradient: { graph, outputs: { ...gradient, product }, updates: [] },
    });
    program.write('x', values(61 * 33, 0.3));
    program.write('w', values(33 * 27, 0.7));
    program.write('row', values(27, 1.1));
    program.write('mask', values(61 * 27, 1.9));
    const y = async (name: string) => (await program.run(name, [{}])).y;
    expect(await y('fused')).toEqual(await y('separate'));
    expect(await y('gradient')).toEqual(await y('separateGradient'));
    expect((await y('fused')).some((v) => v > 0)).toBe(true);
  });
});
