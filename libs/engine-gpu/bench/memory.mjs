// Trains a small classifier for 5,000 steps on headless GL and prints textures alive and memory as it goes; fails if
// either grows. Needs built files and a display: xvfb-run -a node libs/engine-gpu/bench/memory.mjs
import assert from 'node:assert/strict';
import { createRandom } from '@grokscope/base';
import { createGpuEngine } from '@grokscope/engine-gpu';
import { differentiate, Graph, ops } from '@grokscope/graph';
import { GpuDevice } from '../dist/device.js';

const STEPS = 5000;
const STEPS_A_CALL = 20;
const STEPS_A_LINE = 500;
const [N, D, WIDTH, CLASSES] = [300, 21, 130, 31];

/** Textures created and not deleted, counted from the first upload. */
const alive = new Set();
const { upload } = GpuDevice.prototype;
GpuDevice.prototype.upload = async function (values) {
  const array = await upload.call(this, values);
  GpuDevice.prototype.upload = upload;
  const { context } = array;
  const { createTexture, deleteTexture } = context;
  context.createTexture = () => {
    const texture = createTexture.call(context);
    alive.add(texture);
    return texture;
  };
  context.deleteTexture = (texture) => {
    alive.delete(texture);
    return deleteTexture.call(context, texture);
  };
  return array;
};

function classifier() {
  const graph = new Graph();
  const [x, labels] = [graph.input('x', [N, D]), graph.input('labels', [N], 'i32')];
  const weights = [graph.parameter('w1', [D, WIDTH]), graph.parameter('w2', [WIDTH, CLASSES])];
  const logits = ops.matmul(ops.relu(ops.matmul(x, weights[0])), weights[1]);
  const loss = ops.mean(ops.crossEntropy(logits, labels));
  const hyper = graph.input('hyper', [8]);
  const updates = differentiate(loss, weights).map((gradient, i) =>
    ops.adamW(
      weights[i],
      gradient,
      graph.state(`m${i}`, weights[i].shape),
      graph.state(`v${i}`, weights[i].shape),
      hyper,
    ),
  );
  return { graph, outputs: { loss }, updates };
}

const hyperAt = (t) => [0, 0.001 / (1 - 0.9 ** t), 0.9, 0.1, 0.98, 0.02, 1 / Math.sqrt(1 - 0.98 ** t), 1e-8];

const engine = await createGpuEngine({ mode: 'headlessgl' });
const program = await engine.compile({ train: classifier() });
const random = createRandom(1);
const normal = (length, spread) => Float32Array.from({ length }, () => spread * random.nextNormal());
program.write('x', normal(N * D, 1));
program.write(
  'labels',
  Int32Array.from({ length: N }, () => random.nextBelow(CLASSES)),
);
program.write('w1', normal(D * WIDTH, 0.2));
program.write('w2', normal(WIDTH * CLASSES, 0.1));

const lines = [];
const start = performance.now();
for (let step = 0; step < STEPS; step += STEPS_A_CALL) {
  const feeds = Array.from({ length: STEPS_A_CALL }, (_, i) => ({ hyper: hyperAt(step + i + 1) }));
  const { loss } = await program.run('train', feeds);
  if ((step + STEPS_A_CALL) % STEPS_A_LINE !== 0) continue;
  const line = { textures: alive.size, rss: process.memoryUsage().rss / 2 ** 20 };
  lines.push(line);
  console.log(
    `step ${step + STEPS_A_CALL}: loss ${loss[0].toFixed(4)}, ${line.textures} textures, ${line.rss.toFixed(0)} MiB`,
  );
}
console.log(`${((performance.now() - start) / STEPS).toFixed(2)} ms a step on ${engine.hardware}`);
await engine.dispose();

const [first, second, last] = [lines[0], lines[1], lines.at(-1)];
assert.equal(last.textures, first.textures, 'textures pile up');
assert.ok(last.rss < second.rss * 1.1, 'memory grows');
