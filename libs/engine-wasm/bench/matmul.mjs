// Speed of products at the mainline model's shapes and two odd ones, against the bare register tile.
// Needs built files (scripts/build.mjs and tsc). Options: --json, --threads 1,2, --relaxed false.
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import v8 from 'node:v8';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { Graph, ops } from '@grokscope/graph';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const threadCounts = option('threads', '1,2').split(',').map(Number);
const relaxedSimd = option('relaxed', 'auto') === 'false' ? false : 'auto';

/** m, k, n, transposeA, transposeB */
const SHAPES = [
  [3830, 114, 512, false, true],
  [512, 3830, 114, true, false],
  [3830, 512, 114, false, false],
  [3830, 128, 512, false, false],
  [3830, 512, 128, false, false],
  [3830, 128, 114, false, false],
  [128, 3830, 512, true, false],
  [512, 3830, 128, true, false],
  [128, 3830, 114, true, false],
  [3830, 512, 128, false, true],
  [3830, 128, 512, false, true],
  [3830, 114, 128, false, true],
  [114, 128, 512, false, false],
  [1021, 67, 93, false, false],
  [59, 1501, 77, true, true],
];

/** GFLOP/s of the tile on panels in the first-level cache: the speed of the product if packing were free. */
function bareTile(k) {
  if (relaxedSimd === 'auto') v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const name = relaxedSimd ? 'relaxed' : 'simd';
  const bytes = readFileSync(new URL(`../build/kernels.${name}.single.wasm`, import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 4 });
  const { tile } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
  const values = new Float32Array(memory.buffer).fill(1);
  tile(4096, 65536, k, 131072, 32, false);
  if (values[32768] !== k) throw new Error(`the tile gives ${values[32768]} for a sum of ${k} ones`);
  const calls = 20_000;
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) tile(4096, 65536, k, 131072, 32, false);
    return performance.now() - start;
  });
  return (64 * k * calls) / Math.min(...times) / 1e6;
}

async function product(engine, [m, k, n, transposeA, transposeB]) {
  const graph = new Graph();
  const a = graph.input('a', transposeA ? [k, m] : [m, k]);
  const b = graph.input('b', transposeB ? [n, k] : [k, n]);
  const y = ops.matmul(a, b, { transposeA, transposeB });
  const program = await engine.compile({ f: { graph, outputs: { y }, updates: [] } });
  const values = (size, by) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * by));
  const [x, w] = [values(m * k, 0.7), values(k * n, 1.3)];
  program.write('a', x);
  program.write('b', w);
  verify((await program.run('f', [{}])).y, x, w, m, k, n, transposeA, transposeB);
  // Many runs for each copy of the result.
  const feeds = Array(Math.ceil(2e9 / (m * n * k))).fill({});
  const times = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    await program.run('f', feeds);
    times.push((performance.now() - start) / feeds.length);
  }
  await program.dispose();
  times.sort((a, b) => a - b);
  const msPerProduct = { min: times[0], median: times[times.length >> 1], max: times.at(-1) };
  const gflops = (2 * m * n * k) / msPerProduct.median / 1e6;
  const best = (2 * m * n * k) / msPerProduct.min / 1e6;
  return { m, k, n, transposeA, transposeB, threads: engine.threads, msPerProduct, gflops, best };
}

/** Some entries against plain float64 sums. */
function verify(y, x, w, m, k, n, transposeA, transposeB) {
  for (let s = 0; s < 200; s++) {
    const [i, j] = [(s * 7919) % m, (s * 104729) % n];
    let [sum, size] = [0, 0];
    for (let p = 0; p < k; p++) {
      const term = x[transposeA ? p * m + i : i * k + p] * w[transposeB ? j * k + p : p * n + j];
      sum += term;
      size += Math.abs(term);
    }
    if (!(Math.abs(y[i * n + j] - sum) <= 1e-6 * size))
      throw new Error(`entry ${i}, ${j}: ${y[i * n + j]}, want ${sum}`);
  }
}

const tile = { k128: bareTile(128), k256: bareTile(256) };
const rows = [];
for (const threads of threadCounts) {
  const engine = await createWasmEngine({ threads, relaxedSimd });
  for (const shape of SHAPES)
    rows.push({ ...(await product(engine, shape)), relaxedSimd: engine.relaxedSimd });
  await engine.dispose();
}

if (process.argv.includes('--json')) {
  const machine = { cpu: os.cpus()[0].model, cores: os.cpus().length, node: process.version };
  console.log(JSON.stringify({ commit: commit(), machine, engine: 'wasm', tile, rows }));
} else {
  console.log(`bare tile: ${tile.k128.toFixed(1)} GFLOP/s at k = 128, ${tile.k256.toFixed(1)} at k = 256`);
  for (const { m, k, n, transposeA, transposeB, threads, msPerProduct, gflops, best } of rows) {
    const shape = `${m}×${k}·${k}×${n}${transposeA ? ' aT' : ''}${transposeB ? ' bT' : ''}`;
    const share = (100 * best) / threads / tile.k256;
    const speed = `${gflops.toFixed(1)} GFLOP/s (best ${best.toFixed(1)}, ${share.toFixed(0)} % of the tile)`;
    console.log(`${threads} thread(s)  ${shape.padEnd(24)} ${msPerProduct.median.toFixed(2)} ms  ${speed}`);
  }
}

function commit() {
  try {
    return execSync('git rev-parse HEAD', { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}
