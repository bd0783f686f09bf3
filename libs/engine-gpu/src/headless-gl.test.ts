import { createReferenceEngine, type Engine, type Program } from '@grokscope/engine';
import { conformanceCases, normError } from '@grokscope/engine/testing';
import { Graph, ops, type GraphFunction } from '@grokscope/graph';
import { afterAll, describe, expect, it } from 'vitest';
import { createGpuEngine, probeGpu } from './index.js';

// Headless GL alone: the other modes need a page (e2e/gpu-conformance.spec.ts). One file, for one thread may hold `gl`.
const { available, why } = (await probeGpu()).find(({ name }) => name === 'gpu:headlessgl')!;
if (!available) console.warn(`The tests of gpu:headlessgl are skipped until it can run: ${why}`);

/** Two tensors of one shape through chains of equal ops: kernels that read what they themselves wrote before. */
function twinTraining(): GraphFunction {
  const graph = new Graph();
  const [w, u] = [graph.parameter('w', [5, 7]), graph.parameter('u', [5, 7])];
  let x = w;
  for (let i = 0; i < 5; i++) x = ops.scale(x, 0.9 + i / 100);
  const y = ops.add(ops.add(u, u), x);
  const hyper = graph.input('hyper', [8]);
  const step = (parameter: typeof w, gradient: typeof w, name: string) =>
    ops.adamW(parameter, gradient, graph.state(`m${name}`, [5, 7]), graph.state(`v${name}`, [5, 7]), hyper);
  return { graph, outputs: { loss: ops.sumSquares(y) }, updates: [step(w, x, 'w'), step(u, y, 'u')] };
}

const hyperAt = (t: number): number[] =>
  [0.01, 0.01 / (1 - 0.9 ** t), 0.9, 0.1, 0.98, 0.02, 1 / Math.sqrt(1 - 0.98 ** t), 1e-8].map(Math.fround);

async function start(engine: Engine): Promise<Program> {
  const program = await engine.compile({ train: twinTraining() });
  for (const [name, speed] of [
    ['w', 1],
    ['u', 2],
  ] as const)
    program.write(
      name,
      Float32Array.from({ length: 35 }, (_, i) => Math.sin(speed * i + 1)),
    );
  return program;
}

describe.skipIf(!available)('gpu:headlessgl', async () => {
  const engine = available ? await createGpuEngine({ mode: 'headlessgl' }) : null;
  afterAll(async () => engine?.dispose());

  it('runs on headless GL kernels, and says so', () => {
    expect(engine).toMatchObject({
      name: 'gpu:headlessgl',
      executor: 'HeadlessGLKernel',
      precision: 'float32',
    });
    expect(why).toMatch(/^HeadlessGLKernel on /);
  });

  it.each(conformanceCases.map((c) => [c.name, c] as const))('%s', async (_, conformanceCase) => {
    await conformanceCase.run(engine!);
  });

  it('follows the reference for 50 training steps, in one call or in many', async () => {
    const [reference, oneCall, manyCalls] = [
      await start(createReferenceEngine()),
      await start(engine!),
      await start(engine!),
    ];
    const feeds = Array.from({ length: 50 }, (_, i) => ({ hyper: hyperAt(i + 1) }));
    const want = await reference.run('train', feeds);
    const got = await oneCall.run('train', feeds);
    for (const feed of feeds) await manyCalls.run('train', [feed]);
    expect(normError(got['loss'], want['loss'])).toBeLessThan(2e-6);
    for (const name of ['w', 'u', 'mw', 'mu', 'vw', 'vu']) {
      expect(normError(await oneCall.read(name), await reference.read(name)), name).toBeLessThan(2e-6);
      expect(await manyCalls.read(name), name).toEqual(await oneCall.read(name));
    }
    await oneCall.dispose();
    await manyCalls.dispose();
  });

  it('gives its context back, so that engines can follow one another', async () => {
    for (let i = 0; i < 20; i++) {
      const next = await createGpuEngine({ mode: 'headlessgl' });
      const program = await start(next);
      expect((await program.read('w'))[0]).toBe(Math.fround(Math.sin(1)));
      await next.dispose();
    }
  });
});
