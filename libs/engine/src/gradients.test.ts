import { createRandom, sizeOf } from '@grokscope/base';
import { differentiate, Graph, ops, type Tensor } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from './reference/reference-engine.js';

/** A loss over parameters of given shapes; every entry of every parameter is checked. */
interface GradientCase {
  readonly name: string;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly y: (graph: Graph, parameters: Readonly<Record<string, Tensor>>) => Tensor;
}

const index = (graph: Graph, ...values: number[]): Tensor => graph.constant(Int32Array.from(values));

const sizes = { nHeads: 2, nQueries: 3, nKeys: 4 };
const weights = [2 * 3, 2 * 4] as const;

const CASES: readonly GradientCase[] = [
  { name: 'add', shapes: { a: [3, 5], b: [3, 5] }, y: (_, { a, b }) => ops.add(a, b) },
  { name: 'add of a tensor to itself', shapes: { a: [3, 5] }, y: (_, { a }) => ops.add(a, a) },
  { name: 'scale', shapes: { a: [3, 5] }, y: (_, { a }) => ops.scale(a, -1.7) },
  { name: 'relu', shapes: { a: [7, 5] }, y: (_, { a }) => ops.relu(a) },
  { name: 'multiply', shapes: { a: [3, 5], b: [3, 5] }, y: (_, { a, b }) => ops.multiply(a, b) },
  { name: 'multiply of a tensor by itself', shapes: { a: [3, 5] }, y: (_, { a }) => ops.multiply(a, a) },
  { name: 'gelu', shapes: { a: [7, 5] }, y: (_, { a }) => ops.gelu(ops.scale(a, 1.7)) },
  { name: 'tanh', shapes: { a: [7, 5] }, y: (_, { a }) => ops.tanh(ops.scale(a, 1.7)) },
  { name: 'normalizeRows', shapes: { a: [4, 7] }, y: (_, { a }) => ops.normalizeRows(a, 1e-5) },
  {
    name: 'normalizeRows, eps as large as the variance',
    shapes: { a: [4, 3] },
    y: (_, { a }) => ops.normalizeRows(a, 0.8),
  },
  { name: 'rmsNormalizeRows', shapes: { a: [4, 7] }, y: (_, { a }) => ops.rmsNormalizeRows(a, 1e-5) },
  {
    name: 'rmsNormalizeRows, eps as large as the mean square',
    shapes: { a: [4, 3] },
    y: (_, { a }) => ops.rmsNormalizeRows(a, 0.8),
  },
  {
    name: 'rmsNormalizeRows of one column',
    shapes: { a: [4, 1] },
    y: (_, { a }) => ops.rmsNormalizeRows(a, 0.8),
  },
  { name: 'multiplyRow', shapes: { a: [3, 5], b: [5] }, y: (_, { a, b }) => ops.multiplyRow(a, b) },
  { name: 'addRow', shapes: { a: [3, 5], b: [5] }, y: (_, { a, b }) => ops.addRow(a, b) },
  { name: 'sumRows', shapes: { a: [3, 5], b: [2, 5] }, y: (_, { a, b }) => ops.addRow(b, ops.sumRows(a)) },
  {
    name: 'gather at rowsWithin',
    shapes: { a: [8, 3] },
    y: (g, { a }) => ops.gather(a, ops.rowsWithin(index(g, 2, 0, 2, 1, 3, 0), { nSelected: 3, nRows: 4 })),
  },
  { name: 'gather', shapes: { a: [4, 3] }, y: (g, { a }) => ops.gather(a, index(g, 2, 0, 2, 2, 3)) },
  {
    name: 'scatterAdd',
    shapes: { a: [5, 3] },
    y: (g, { a }) => ops.scatterAdd(a, index(g, 2, 0, 2, 2, 3), 4),
  },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      name: `matmul${transposeA ? ', a transposed' : ''}${transposeB ? ', b transposed' : ''}`,
      shapes: { a: transposeA ? [4, 3] : [3, 4], b: transposeB ? [5, 4] : [4, 5] },
      y: (_: Graph, { a, b }: Readonly<Record<string, Tensor>>) =>
        ops.matmul(a, b, { transposeA, transposeB }),
    })),
  ),
  {
    name: 'attentionScores',
    shapes: { q: [6, 10], k: [8, 10] },
    y: (_, { q, k }) => ops.attentionScores(q, k, sizes, 0.4),
  },
  {
    name: 'attentionSoftmax',
    shapes: { s: weights },
    y: (g, { s }) => ops.attentionSoftmax(s, index(g, 0, 1, 2, 3, 1, 3), 2),
  },
  {
    name: 'attentionValues',
    shapes: { a: weights, v: [8, 10] },
    y: (_, { a, v }) => ops.attentionValues(a, v, sizes),
  },
  {
    name: 'attentionValuesTransposed',
    shapes: { a: weights, x: [6, 10] },
    y: (_, { a, x }) => ops.attentionValuesTransposed(a, x, sizes),
  },
  { name: 'reshape', shapes: { a: [3, 4] }, y: (_, { a }) => ops.reshape(a, [2, 6]) },
  {
    name: 'headMatmul',
    shapes: { x: [5, 6], w: [6, 7] },
    y: (_, { x, w }) => ops.headMatmul(x, w, 2),
  },
  {
    name: 'headMatmul, w transposed',
    shapes: { x: [5, 14], w: [6, 7] },
    y: (_, { x, w }) => ops.headMatmul(x, w, 2, true),
  },
  {
    name: 'tableMix',
    shapes: { a: weights, table: [5, 6] },
    y: (g, { a, table }) => ops.tableMix(a, table, index(g, 0, 4, 2, 2, 1, 4, 0, 4), sizes),
  },
  {
    name: 'gatherScores',
    shapes: { s: [2, 10] },
    y: (g, { s }) => ops.gatherScores(s, index(g, 0, 1, 1, 0, 0, 1), index(g, 0, 4, 2, 2, 1, 4, 0, 4), sizes),
  },
];

describe('gradients agree with central differences in float64, every entry', () => {
  it.each(CASES.map((c) => [c.name, c] as const))('%s', (_, c) =>
    // The loss weights every entry differently, so that errors cannot cancel: Σ (y + weight)².
    check(c.shapes, (graph, parameters) => {
      const y = c.y(graph, parameters);
      const weighting = graph.constant(normal('weighting', y.shape), y.shape);
      return ops.sumSquares(ops.add(y, weighting));
    }),
  );

  it('crossEntropy under mean, as a training loss', () =>
    check({ logits: [4, 7] }, (graph, { logits }) =>
      ops.mean(ops.crossEntropy(ops.scale(logits, 3), index(graph, 0, 6, 2, 2))),
    ));

  it('stableMaxCrossEntropy under mean, as a training loss', () =>
    check({ logits: [4, 7] }, (graph, { logits }) =>
      ops.mean(ops.stableMaxCrossEntropy(ops.scale(logits, 3), index(graph, 0, 6, 2, 2))),
    ));

  it('a parameter the loss does not depend on has a gradient of zeros', async () => {
    const graph = new Graph();
    const [w, unused] = [graph.parameter('w', [2, 3]), graph.parameter('unused', [3])];
    const [, gradient] = differentiate(ops.mean(w), [w, unused]);
    const program = await createReferenceEngine().compile({
      f: { graph, outputs: { gradient }, updates: [] },
    });
    expect((await program.run('f', [{}])).gradient).toEqual(new Float64Array(3));
  });
});

const normal = (label: string, shape: readonly number[]): Float32Array => {
  const random = createRandom(3).split(label);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.nextNormal());
};

async function check(
  shapes: Readonly<Record<string, readonly number[]>>,
  build: (graph: Graph, parameters: Readonly<Record<string, Tensor>>) => Tensor,
): Promise<void> {
  const graph = new Graph();
  const names = Object.keys(shapes);
  const parameters = Object.fromEntries(names.map((name) => [name, graph.parameter(name, shapes[name])]));
  const loss = build(graph, parameters);
  const gradients = differentiate(
    loss,
    names.map((name) => parameters[name]),
  );
  const outputs = { loss, ...Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]])) };
  const program = await createReferenceEngine().compile({ f: { graph, outputs, updates: [] } });
  const values = new Map(names.map((name) => [name, Float64Array.from(normal(name, shapes[name]))]));
  for (const [name, data] of values) program.write(name, data);
  const analytic = await program.run('f', [{}]);
  const lossAt = async (name: string, i: number, shift: number): Promise<number> => {
    const moved = Float64Array.from(values.get(name)!);
    moved[i] += shift;
    program.write(name, moved);
    const { loss: at } = await program.run('f', [{}]);
    program.write(name, values.get(name)!);
    return at[0];
  };
  const h = 1e-5;
  for (const name of names)
    for (let i = 0; i < sizeOf(shapes[name]); i++) {
      const numeric = ((await lossAt(name, i, h)) - (await lossAt(name, i, -h))) / (2 * h);
      expect(Math.abs(analytic[`d ${name}`][i] - numeric), `d ${name}[${i}] against ${numeric}`).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(numeric)),
      );
    }
}
