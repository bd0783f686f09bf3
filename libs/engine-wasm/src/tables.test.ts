import { Graph, ops, type Tensor } from '@grokscope/graph';
import type { Values } from '@grokscope/engine';
import { differingNames } from '@grokscope/engine/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { createWasmEngine } from './index.js';

const engines = await Promise.all([1, 2, 3].map((threads) => createWasmEngine({ threads })));
afterAll(async () => void (await Promise.all(engines.map((engine) => engine.dispose()))));

const values = (length: number, frequency: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * frequency + 1));

// 500 examples of 3 keys, 4 heads of 70 columns, 29 table rows of which the third key always has the last.
const SIZES = { nHeads: 4, nQueries: 1, nKeys: 3 };
const [B, U, D] = [500, 29, 70];
const INDEX = Int32Array.from({ length: 3 * B }, (_, i) => (i % 3 === 2 ? U - 1 : (i * i + i) % (U - 1)));

/** Every op on tables and by heads, with the index known at once or given at run time. */
function tableOps(known: boolean) {
  const graph = new Graph();
  const index = known ? graph.constant(INDEX) : graph.input('index', [3 * B], 'i32');
  const queries = graph.constant(new Int32Array(B));
  const [a, dy] = [graph.input('a', [B, 12]), graph.input('dy', [B, D])];
  const [table, scores] = [graph.input('table', [U, 4 * D]), graph.input('scores', [1, 4 * U])];
  const [x, w] = [graph.input('x', [U, 4 * 16]), graph.input('w', [4 * 16, D])];
  const outputs = {
    mix: ops.tableMix(a, table, index, SIZES),
    weights: ops.tableMixWeights(dy, table, index, SIZES),
    gradient: ops.tableMixTable(a, dy, index, SIZES, U),
    gathered: ops.gatherScores(scores, queries, index, SIZES),
    scattered: ops.scatterScores(a, queries, index, SIZES, 1, U),
    heads: ops.headMatmul(x, w, 4),
    headsTransposed: ops.headMatmul(table, w, 4, true),
    headWeights: ops.headMatmulWeights(x, table, 4),
  };
  return { f: { graph, outputs, updates: [] } };
}

const FEED = {
  a: values(B * 12, 0.7),
  dy: values(B * D, 0.3),
  table: values(U * 4 * D, 1.1),
  scores: values(4 * U, 0.9),
  x: values(U * 64, 0.2),
  w: values(64 * D, 1.7),
};

async function compute(threads: number, known: boolean): Promise<Readonly<Record<string, Values>>> {
  const program = await engines[threads - 1].compile(tableOps(known));
  try {
    return await program.run('f', [known ? FEED : { ...FEED, index: INDEX }]);
  } finally {
    await program.dispose();
  }
}

describe('ops on tables', () => {
  it('give the same bits for any number of threads, whether the index is known at once or given at run time', async () => {
    const one = await compute(1, true);
    expect(Object.values(one).every((y) => y.some((v) => v !== 0) && y.every(Number.isFinite))).toBe(true);
    for (const threads of [1, 2, 3])
      for (const known of [true, false])
        expect(differingNames(await compute(threads, known), one)).toEqual([]);
  });
});

/** Runs a function twice: as it is, and with its inner values as outputs too, which keeps them steps of their own. */
async function fusedAndApart(
  build: (graph: Graph) => { y: Tensor; inner: Record<string, Tensor> },
  feed: object,
) {
  const graph = new Graph();
  const { y, inner } = build(graph);
  const program = await engines[1].compile({
    fused: { graph, outputs: { y }, updates: [] },
    apart: { graph, outputs: { ...inner, y }, updates: [] },
  });
  const results = [await program.run('fused', [{ ...feed }]), await program.run('apart', [{ ...feed }])];
  await program.dispose();
  return results.map((result) => result.y);
}

describe('what follows a mixing or product', () => {
  it('is the same bits inside its step: bias and relu of a mixing', async () => {
    const [fused, apart] = await fusedAndApart(
      (graph) => {
        const mix = ops.tableMix(
          graph.input('a', [B, 12]),
          graph.input('table', [U, 4 * D]),
          graph.constant(INDEX),
          SIZES,
        );
        const biased = ops.addRow(mix, graph.input('bias', [D]));
        return { y: ops.relu(biased), inner: { mix, biased } };
      },
      { a: FEED.a, table: FEED.table, bias: values(D, 0.5) },
    );
    expect(fused).toEqual(apart);
    expect(fused.some((v) => v > 0)).toBe(true);
  });

  it.each([D, 19])('is the same bits inside its step: a sum with a mixing of %i columns', async (columns) => {
    const [fused, apart] = await fusedAndApart(
      (graph) => {
        const table = graph.input('table', [U, 4 * columns]);
        const mix = ops.tableMix(graph.input('a', [B, 12]), table, graph.constant(INDEX), SIZES);
        const sum = ops.add(graph.input('x', [B, columns]), mix);
        const biased = ops.addRow(sum, graph.input('bias', [columns]));
        return { y: ops.relu(biased), inner: { mix, sum, biased } };
      },
      {
        a: FEED.a,
        table: values(U * 4 * columns, 0.3),
        x: values(B * columns, 0.7),
        bias: values(columns, 0.5),
      },
    );
    expect(fused).toEqual(apart);
    expect(fused.some((v) => v > 0)).toBe(true);
  });

  it('is the same bits inside its step: a sum with products on either side, with a bias', async () => {
    const [fused, apart] = await fusedAndApart(
      (graph) => {
        const [x, w] = [graph.input('x', [61, 33]), graph.input('w', [33, 27])];
        const [first, second] = [ops.matmul(x, w), ops.matmul(ops.scale(x, 0.3), w)];
        const [sum, more] = [ops.add(first, second), ops.matmul(ops.relu(x), w)];
        const total = ops.add(more, sum);
        return {
          y: ops.addRow(total, graph.input('bias', [27])),
          inner: { first, second, sum, more, total },
        };
      },
      { x: values(61 * 33, 0.3), w: values(33 * 27, 0.7), bias: values(27, 0.5) },
    );
    expect(fused).toEqual(apart);
  });
});

describe('a reshape', () => {
  it('of a parameter shows it as it was before the updates', async () => {
    const graph = new Graph();
    const w = graph.parameter('w', [2, 3]);
    const [m, v] = [graph.state('m', [2, 3]), graph.state('v', [2, 3])];
    const updates = [ops.adamW(w, ops.scale(w, 2), m, v, graph.input('hyper', [8]))];
    const program = await engines[1].compile({
      f: { graph, outputs: { flat: ops.reshape(w, [6]) }, updates },
    });
    program.write('w', [1, 2, 3, 4, 5, 6]);
    const { flat } = await program.run('f', [{ hyper: [0.1, 0.1, 0.9, 0.1, 0.98, 0.02, 1, 1e-8] }]);
    expect([...flat]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await program.read('w'))]).not.toEqual([1, 2, 3, 4, 5, 6]);
    await program.dispose();
  });
});
