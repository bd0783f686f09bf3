// Speed of products on the gpu.js engine at the mainline model's shapes and two odd ones, each result checked first.
// Needs built files (npx tsc -b libs/engine-gpu) and, in Node, a display: xvfb-run -a node libs/engine-gpu/bench/products.mjs
// Options: --json, --mode headlessgl. A time is that of one launch of many, without reading the result back.
import { execSync } from 'node:child_process';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { createRandom } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { normError } from '@grokscope/engine/testing';
import { createGpuEngine } from '@grokscope/engine-gpu';
import { Graph, ops } from '@grokscope/graph';

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, mode: { type: 'string', default: 'headlessgl' } },
});

/** m, k, n, transposeA, transposeB: the three products over examples, those over weights, two odd ones. */
const SHAPES = [
  [3830, 512, 114, false, false],
  [3830, 114, 512, false, true],
  [512, 3830, 114, true, false],
  [3830, 128, 512, false, false],
  [128, 128, 512, false, false],
  [512, 128, 114, false, false],
  [1021, 67, 93, false, false],
  [59, 1501, 77, true, false],
];
const ROUNDS = 5;
const TOLERANCE = 2e-6;

const values = (length, seed) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.nextNormal());
};

async function prepare(engine, [m, k, n, transposeA, transposeB]) {
  const graph = new Graph();
  const a = graph.parameter('a', transposeA ? [k, m] : [m, k]);
  const b = graph.parameter('b', transposeB ? [n, k] : [k, n]);
  const y = ops.matmul(a, b, { transposeA, transposeB });
  const program = await engine.compile({ product: { graph, outputs: { y }, updates: [] } });
  program.write('a', values(m * k, 1));
  program.write('b', values(k * n, 2));
  return program;
}

const run = async (program, times) => (await program.run('product', Array(times).fill({}))).y;

/** Milliseconds of one launch: a call of many minus a call of one, so that the time of reading back cancels. */
async function measure(program, flops) {
  const launches = Math.max(3, Math.min(200, Math.round(1e9 / flops)));
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await run(program, 1);
    const middle = performance.now();
    await run(program, 1 + launches);
    times.push((performance.now() - middle - (middle - start)) / launches);
  }
  return times.sort((x, y) => x - y);
}

const reference = createReferenceEngine();
const engine = await createGpuEngine({ mode: options.mode });
const rows = [];
for (const shape of SHAPES) {
  const [m, k, n, transposeA, transposeB] = shape;
  const flops = 2 * m * k * n;
  const exact = await prepare(reference, shape);
  const program = await prepare(engine, shape);
  const error = normError(await run(program, 1), await run(exact, 1));
  if (!(error <= TOLERANCE)) throw new Error(`${shape.join(' ')}: error ${error}, allowed ${TOLERANCE}`);
  const times = await measure(program, flops);
  await program.dispose();
  await exact.dispose();
  const [min, median, max] = [times[0], times[ROUNDS >> 1], times[ROUNDS - 1]];
  rows.push({
    m,
    k,
    n,
    transposeA,
    transposeB,
    error,
    ms: { min, median, max },
    gflops: flops / median / 1e6,
    best: flops / min / 1e6,
  });
}
const { executor, hardware, name } = engine;
await engine.dispose();

if (options.json) {
  const commit = execSync('git rev-parse HEAD', { cwd: import.meta.dirname })
    .toString()
    .trim();
  const machine = { cpu: os.cpus()[0].model, cores: os.cpus().length, node: process.version };
  console.log(JSON.stringify({ commit, machine, engine: name, executor, hardware, rows }, null, 2));
} else {
  console.log(`${name}: ${executor} on ${hardware}; ${os.cpus().length} × ${os.cpus()[0].model}`);
  console.log(
    'm × k × n'.padEnd(24),
    'error'.padStart(8),
    'ms'.padStart(9),
    'GFLOP/s'.padStart(8),
    'best'.padStart(8),
  );
  for (const { m, k, n, transposeA, transposeB, error, ms, gflops, best } of rows) {
    const label = `${m}×${k}×${n}${transposeA ? ' aᵀ' : ''}${transposeB ? ' bᵀ' : ''}`;
    console.log(
      label.padEnd(24),
      error.toExponential(1).padStart(8),
      ms.median.toFixed(2).padStart(9),
      gflops.toFixed(2).padStart(8),
      best.toFixed(2).padStart(8),
    );
  }
}
