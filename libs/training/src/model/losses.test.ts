import { createRandom } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { differentiate, Graph, ops } from '@grokscope/graph';
import { expect, it } from 'vitest';
import { lossOf } from '@grokscope/model';

/** Positions and outputs: odd, one of each, and more outputs than positions. */
const SIZES = [
  [1, 1],
  [5, 7],
  [13, 3],
  [2, 114],
] as const;

/** Loss of each position and gradient of the mean loss, by the ops of the loss in float64. */
async function compile(n: number, v: number, labels: Int32Array) {
  const graph = new Graph();
  const logits = graph.parameter('logits', [n, v]);
  const loss = lossOf('meanSquaredError', logits, graph.constant(labels));
  const [gradient] = differentiate(ops.mean(loss), [logits]);
  const program = await createReferenceEngine().compile({
    f: { graph, outputs: { loss, gradient }, updates: [] },
  });
  return async (values: Float64Array) => {
    program.write('logits', values);
    return program.run('f', [{}]);
  };
}

function draw(n: number, v: number): { values: Float64Array; labels: Int32Array } {
  const random = createRandom(7).split(`${n}×${v}`);
  return {
    values: Float64Array.from({ length: n * v }, () => 2 * random.nextNormal()),
    labels: Int32Array.from({ length: n }, () => random.nextBelow(v)),
  };
}

it.each(SIZES)('meanSquaredError of %i×%i logits is the mean of (logit − onehot)²', async (n, v) => {
  const { values, labels } = draw(n, v);
  const { loss } = await (await compile(n, v, labels))(values);
  expect(loss).toHaveLength(n);
  for (let i = 0; i < n; i++) {
    let want = 0;
    for (let j = 0; j < v; j++) want += (values[i * v + j] - (j === labels[i] ? 1 : 0)) ** 2 / v;
    expect(Math.abs(loss[i] / want - 1), `position ${i}`).toBeLessThan(1e-13);
  }
});

it('meanSquaredError is 0 at the one-hot labels, and 1/V at zeros', async () => {
  const run = await compile(2, 5, Int32Array.of(4, 1));
  expect([...(await run(Float64Array.of(0, 0, 0, 0, 1, 0, 1, 0, 0, 0))).loss]).toEqual([0, 0]);
  expect([...(await run(new Float64Array(10))).loss]).toEqual([0.2, 0.2]);
});

it.each(SIZES)('meanSquaredError of %i×%i logits has the gradient of central differences', async (n, v) => {
  const { values, labels } = draw(n, v);
  const run = await compile(n, v, labels);
  const { gradient } = await run(values);
  const h = 1e-5;
  const meanAt = async (i: number, shift: number): Promise<number> => {
    const moved = Float64Array.from(values);
    moved[i] += shift;
    const { loss } = await run(moved);
    return Array.from(loss).reduce((sum, x) => sum + x, 0) / n;
  };
  for (let i = 0; i < n * v; i++) {
    const numeric = ((await meanAt(i, h)) - (await meanAt(i, -h))) / (2 * h);
    expect(Math.abs(gradient[i] - numeric), `entry ${i}`).toBeLessThan(1e-9);
  }
});
