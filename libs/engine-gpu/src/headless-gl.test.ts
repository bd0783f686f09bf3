import { createReferenceEngine, persistentTensors, type Engine, type Program } from '@grokscope/engine';
import { conformanceCases, functionCase, normError } from '@grokscope/engine/testing';
import { Graph, ops, type GraphFunction } from '@grokscope/graph';
import { afterAll, describe, expect, it } from 'vitest';
import { CompiledFunction } from './compiled-function.js';
import { GpuDevice } from './device.js';
import { createGpuEngine, probeGpu } from './index.js';
import { lower } from './lower.js';
import { StoredTensor } from './tensor-store.js';

// Headless GL only: the other modes need a page (e2e/gpu-conformance.spec.ts). One file, because only one thread may
// hold `gl`.
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

/** Products large enough for several rows a thread and several slices of the inner dimension. */
type LargeProduct = readonly [
  m: number,
  k: number,
  n: number,
  transposeA: boolean,
  transposeB: boolean,
  rows: number,
  slices: number,
];
const LARGE_PRODUCTS: readonly LargeProduct[] = [
  [1030, 45, 131, false, false, 8, 1],
  [1030, 46, 132, false, true, 8, 1],
  [201, 1502, 118, false, false, 4, 2],
  [201, 1100, 130, true, false, 8, 3],
  [202, 1101, 132, true, false, 8, 5],
];

function product(graph: Graph, [m, k, n, transposeA, transposeB]: LargeProduct) {
  const a = graph.parameter('a', transposeA ? [k, m] : [m, k]);
  return ops.matmul(a, graph.parameter('b', transposeB ? [n, k] : [k, n]), { transposeA, transposeB });
}

const SIZES = { nHeads: 3, nQueries: 2, nKeys: 2 };

/** Sums by an index of few values, so that rows have several segments. */
const longSums = [
  functionCase({
    name: 'scatterAdd of 500 rows into 4',
    build: (_, draw) => ({
      outputs: { y: ops.scatterAdd(draw.parameter('x', [500, 7]), draw.constantIndex(500, 3), 4) },
      updates: [],
    }),
  }),
  functionCase({
    name: 'tableMixTable of 600 keys into 4 rows',
    build: (_, draw) => {
      const [a, dy] = [draw.parameter('a', [600, 6]), draw.parameter('dy', [600, 10])];
      return {
        outputs: { y: ops.tableMixTable(a, dy, draw.constantIndex(600, 3), SIZES, 4) },
        updates: [],
      };
    },
  }),
  functionCase({
    name: 'scatterScores of 1200 pairs into 4 × 3',
    build: (_, draw) => {
      const [q, k] = [draw.constantIndex(600, 2), draw.constantIndex(600, 3)];
      return {
        outputs: { y: ops.scatterScores(draw.parameter('d', [600, 6]), q, k, SIZES, 4, 3) },
        updates: [],
      };
    },
  }),
  functionCase({
    name: 'sumRows of 5000 rows',
    build: (_, draw) => ({ outputs: { y: ops.sumRows(draw.parameter('x', [5000, 3])) }, updates: [] }),
  }),
];

/** Counts the textures of the array's context that are created and not deleted from now on. */
function countTextures(array: object): ReadonlySet<object> {
  const { context } = array as { context: Record<'createTexture' | 'deleteTexture', (t?: object) => object> };
  const live = new Set<object>();
  const [create, remove] = [context.createTexture, context.deleteTexture];
  context.createTexture = () => {
    const texture = create.call(context);
    live.add(texture);
    return texture;
  };
  context.deleteTexture = (texture) => {
    live.delete(texture!);
    return remove.call(context, texture);
  };
  return live;
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

  it.each(longSums.map((c) => [c.name, c] as const))('%s', async (_, longSum) => {
    await longSum.run(engine!);
  });

  it.each(LARGE_PRODUCTS)('%i×%i×%i, transposed %s, %s: %i rows, %i slices', async (...shape) => {
    const [rows, slices] = shape.slice(5);
    const graph = new Graph();
    const stages = lower(graph.node(product(graph, shape).id), graph, 8);
    const kernel = stages.find(({ source }) => source.includes('function product'))!;
    expect([kernel.vectors!.targets, Math.round(kernel.size / 4 / kernel.constants['tiles'])]).toEqual([
      rows,
      slices,
    ]);
    await functionCase({
      name: 'product',
      build: (into, draw) => {
        const [m, k, n, transposeA, transposeB] = shape;
        draw.parameter('a', transposeA ? [k, m] : [m, k]);
        draw.parameter('b', transposeB ? [n, k] : [k, n]);
        return { outputs: { y: product(into, shape) }, updates: [] };
      },
    }).run(engine!);
  });

  it('computes on tensors of more than 2^24 entries where it has vectors', async () => {
    await functionCase({
      name: 'a wide layer',
      build: (_, draw) => {
        const x = ops.gather(draw.parameter('table', [97, 512]), draw.constantIndex(33_001, 97));
        const h = ops.relu(ops.addRow(x, draw.parameter('bias', [512])));
        return { outputs: { y: ops.matmul(h, draw.parameter('w', [512, 5])) }, updates: [] };
      },
    }).run(engine!);
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

  it('holds as many textures after 200 steps as after 20', async () => {
    const device = await GpuDevice.open('headlessgl');
    const f = twinTraining();
    const tensors = new Map(
      [...persistentTensors({ f }).values()].map((t) => [t.name, new StoredTensor(device, t)]),
    );
    const compiled = new CompiledFunction(device, f, tensors);
    const live = countTextures(await device.upload(Float32Array.of(0)));
    const counts: number[] = [];
    for (let step = 1; step <= 200; step++) {
      tensors.get('hyper')!.write(hyperAt(step));
      await compiled.run(step % 10 === 0);
      if (step % 20 === 0) counts.push(live.size);
    }
    expect(counts[0]).toBeGreaterThan(0);
    expect(new Set(counts.slice(1))).toEqual(new Set([counts[0]]));
    await device.close();
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
