import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Graph, ops } from '@grokscope/graph';
import { afterEach, describe, expect, it } from 'vitest';
import { createWasmEngine } from './index.js';
import { planProgram } from './plan/plan.js';
import { WasmProgram } from './program.js';
import type { LoadedProgram } from './threads.js';

// One program runs while the helper threads are being told of another.

const graph = new Graph();
const functions = { f: { graph, outputs: { y: ops.mean(graph.input('x', [3, 5])) }, updates: [] } };

/** A promise to be resolved from outside. */
function promised(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** A program whose threads the test makes busy. */
function withThreads(loaded: Partial<LoadedProgram>): WasmProgram {
  const plan = planProgram(functions, 1);
  const idle = { busy: () => undefined, run: () => {}, release: async () => {} };
  return new WasmProgram(plan, new ArrayBuffer(plan.bytes), { ...idle, ...loaded }, () => {});
}

describe('a run while helper threads are being told of another program', () => {
  it('waits until they are told, and asks again, for more may have been said meanwhile', async () => {
    const told = [promised(), promised()];
    const waits = [...told];
    let runs = 0;
    const program = withThreads({ busy: () => waits.shift()?.promise, run: () => void runs++ });
    const done = program.run('f', [{}, {}]);
    await sleep(0);
    expect(runs).toBe(0);
    told[0].resolve();
    await sleep(0);
    expect(runs).toBe(0);
    told[1].resolve();
    await done;
    expect(runs).toBe(2);
  });

  it('is refused if the program was disposed while it waited', async () => {
    const told = promised();
    const waits = [told];
    const program = withThreads({ busy: () => waits.shift()?.promise });
    const done = program.run('f', [{}]);
    await program.dispose();
    told.resolve();
    await expect(done).rejects.toMatchObject({ _tag: 'Lost' });
  });
});

// Uses the built files in a separate thread, which can be terminated even if it waits at a barrier for ever.
const OVERLAPPING = `
  const { parentPort } = require('node:worker_threads');
  (async () => {
    const { createWasmEngine } = await import('@grokscope/engine-wasm');
    const { Graph, ops } = await import('@grokscope/graph');
    const graph = new Graph();
    const functions = { f: { graph, outputs: { y: ops.mean(graph.input('x', [1000, 70])) }, updates: [] } };
    const x = Float32Array.from({ length: 70000 }, (_, i) => i % 7);
    const engine = await createWasmEngine({ threads: 3 });
    const program = await engine.compile(functions);
    const found = [];
    for (let round = 0; round < 20; round++) {
      const other = engine.compile(functions);
      for (let i = 0; i < round; i++) await new Promise((resolve) => setImmediate(resolve));
      found.push((await program.run('f', [{ x }])).y[0]);
      await (await other).dispose();
    }
    await engine.dispose();
    parentPort.postMessage(found);
  })();
`;

describe('an engine with helper threads', () => {
  let worker: Worker | undefined;
  afterEach(() => worker?.terminate());

  it('runs a program at any moment of the compilation of another', async () => {
    const started = new Worker(OVERLAPPING, { eval: true, execArgv: [] });
    worker = started;
    const found = await new Promise((resolve, reject) => started.on('message', resolve).on('error', reject));
    expect(found).toEqual(Array<number>(20).fill(3));
  });

  it('refuses programs whose compilation it did not live to see', async () => {
    const engine = await createWasmEngine({ threads: 3 });
    const compiling = Promise.allSettled([1, 2, 3].map(() => engine.compile(functions)));
    await engine.dispose();
    const refused = { status: 'rejected', reason: { _tag: 'Lost' } };
    expect(await compiling).toMatchObject([refused, refused, refused]);
  });
});
