import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { EngineError } from '@grokscope/engine';
import type { Engine, Values } from '@grokscope/engine';
import { Graph, ops } from '@grokscope/graph';
import { afterEach, describe, expect, it } from 'vitest';
import { createWasmEngine } from './index.js';

const open: Engine[] = [];
async function createEngine(threads: number): Promise<Engine> {
  const engine = await createWasmEngine({ threads });
  open.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.dispose()));
});

/** Every reduction and a product, on 1000 × 70 values. */
function reductions() {
  const graph = new Graph();
  const x = graph.input('x', [1000, 70]);
  const index = graph.constant(Int32Array.from({ length: 1000 }, (_, i) => (i * i) % 7));
  const outputs = {
    mean: ops.mean(x),
    sumSquares: ops.sumSquares(x),
    sumRows: ops.sumRows(x),
    scatterAdd: ops.scatterAdd(x, index, 7),
    product: ops.matmul(x, x, { transposeA: true, transposeB: false }),
  };
  return { f: { graph, outputs, updates: [] } };
}

const x = Float32Array.from({ length: 70_000 }, (_, i) => Math.sin(i) * 10 ** (i % 5));

async function compute(engine: Engine): Promise<Readonly<Record<string, Values>>> {
  const program = await engine.compile(reductions());
  return program.run('f', [{ x }]);
}

/** Helper threads started while `action` runs. */
async function workersOf<T>(action: () => Promise<T>): Promise<{ workers: Worker[]; result: T }> {
  const workers: Worker[] = [];
  const note = (message: unknown) => void workers.push((message as { worker: Worker }).worker);
  subscribe('worker_threads', note);
  try {
    return { workers, result: await action() };
  } finally {
    unsubscribe('worker_threads', note);
  }
}

describe('threads', () => {
  it('give the same bits twice, and whatever their number', async () => {
    const one = await compute(await createEngine(1));
    for (const threads of [1, 2, 3, 5]) {
      const engine = await createEngine(threads);
      expect(await compute(engine)).toEqual(one);
      expect(await compute(engine)).toEqual(one);
    }
  });

  it('serve several programs in turn, compiled at the same time', async () => {
    const engine = await createEngine(3);
    const programs = await Promise.all([1, 2, 3].map(() => engine.compile(reductions())));
    for (const [i, program] of programs.entries())
      program.write(
        'x',
        x.map((v) => v * (i + 1)),
      );
    const [first] = programs;
    for (let round = 0; round < 50; round++)
      for (const [i, program] of programs.entries()) {
        const { mean } = await program.run('f', [{}, {}]);
        expect(mean[0] / (i + 1)).toBeCloseTo((await first.run('f', [{}])).mean[0], 3);
      }
    await programs[1].dispose();
    expect((await programs[2].run('f', [{}])).mean).toHaveLength(1);
  });

  it('run a program while another one is being compiled', async () => {
    const engine = await createEngine(3);
    const program = await engine.compile(reductions());
    const [values, second] = await Promise.all([program.run('f', [{ x }]), engine.compile(reductions())]);
    expect(await second.run('f', [{ x }])).toEqual(values);
  });

  it('refuse to go on after one of them has died', async () => {
    const { workers, result: engine } = await workersOf(() => createEngine(3));
    const program = await engine.compile(reductions());
    workers[0].emit('error', new Error('out of memory'));
    await expect(program.run('f', [{ x }])).rejects.toThrow(
      /a helper thread .* failed: Error: out of memory/,
    );
  });

  it('end when the engine is disposed, and sleep while it is idle', async () => {
    const { workers, result: engine } = await workersOf(() => createWasmEngine({ threads: 3 }));
    expect(workers).toHaveLength(2);
    await compute(engine);
    const before = process.cpuUsage();
    await sleep(400);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(200);
    await engine.dispose();
    expect(workers.map((w) => w.threadId)).toEqual([-1, -1]);
  });

  it('are refused in numbers that make no sense', async () => {
    for (const threads of [0, -1, 1.5, NaN, 65])
      await expect(createWasmEngine({ threads })).rejects.toThrow(/threads: .*allowed are integers 1 to 64/);
  });
});

describe('a wasm engine', () => {
  it('refuses indices that would reach outside their table', async () => {
    const graph = new Graph();
    const index = graph.input('index', [3], 'i32');
    const gathered = ops.gather(graph.parameter('table', [5, 2]), index);
    const engine = await createEngine(1);
    const program = await engine.compile({ f: { graph, outputs: { gathered }, updates: [] } });
    for (const bad of [5, -1, 0.5, NaN]) {
      expect(() => program.write('index', [0, bad, 0])).toThrow(
        /"index": entry 1 is .*; allowed are integers 0 to 4/,
      );
      await expect(program.run('f', [{ index: [0, bad, 0] }])).rejects.toThrow(EngineError);
    }
    const constant = ops.gather(graph.parameter('table', [5, 2]), graph.constant(Int32Array.of(7)));
    await expect(engine.compile({ f: { graph, outputs: { constant }, updates: [] } })).rejects.toMatchObject({
      _tag: 'OutOfRange',
    });
  });

  it('refuses places outside their example, and examples outside what they index', async () => {
    const graph = new Graph();
    const place = graph.input('place', [6], 'i32');
    const gatherOf = (rows: number) =>
      ops.gather(graph.parameter(`x${rows}`, [rows, 2]), ops.rowsWithin(place, { nSelected: 3, nRows: 5 }));
    const gathered = gatherOf(10);
    const engine = await createEngine(1);
    const program = await engine.compile({ f: { graph, outputs: { gathered }, updates: [] } });
    expect(() => program.write('place', [0, 4, 5, 0, 0, 0])).toThrow(
      '"place": entry 2 is 5; allowed are integers 0 to 4',
    );
    const outside = gatherOf(9);
    await expect(engine.compile({ f: { graph, outputs: { outside }, updates: [] } })).rejects.toThrow(
      'the index of gather may name 10 rows; there are 9',
    );
  });

  it('refuses a program larger than a WebAssembly memory', async () => {
    const graph = new Graph();
    const outputs = { s: ops.sumSquares(graph.input('x', [40_000, 40_000])) };
    const engine = await createEngine(1);
    await expect(engine.compile({ f: { graph, outputs, updates: [] } })).rejects.toMatchObject({
      _tag: 'OutOfMemory',
    });
  });

  it('refuses to work once it or the program is disposed', async () => {
    const engine = await createEngine(2);
    const program = await engine.compile(reductions());
    await program.dispose();
    await expect(program.run('f', [{ x }])).rejects.toMatchObject({ _tag: 'Lost' });
    await engine.dispose();
    await expect(engine.compile(reductions())).rejects.toMatchObject({ _tag: 'Lost' });
  });
});
