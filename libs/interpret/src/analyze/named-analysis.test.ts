import { createReferenceEngine } from '@grokscope/engine';
import { initialWeights, taskFor, type NamedTensor } from '@grokscope/model';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { afterAll, describe, expect, it } from 'vitest';
import { measuresOfWeights } from '../measures/collect.js';
import { analysisMeasures } from '../measures/index.js';
import { requireNamed } from '../measures/named.js';
import type { Analysis } from './analysis.js';
import { analyze } from './analyze.js';
import { subjectOf } from './subject.js';

const n = 7;
const engine = createReferenceEngine();
afterAll(() => engine.dispose());

const mlp = {
  kind: 'mlp',
  input: 'embedding',
  dEmbed: 2,
  sharedEmbedding: true,
  combine: 'concatenate',
  hidden: [8],
  biases: 'none',
  actFn: 'square',
  initScale: 1,
  seed: 0,
};
const addition = (model: typeof mlp): Dataset => {
  const made = createDataset(
    { kind: 'modularAddition', p: n },
    { trainExamples: 20, splitSeed: 0, split: 'native' },
  );
  if (made._tag === 'Left') throw new Error(made.left.message);
  return taskFor(model, made.right);
};

const wave = (x: number): readonly [number, number] => [
  Math.cos((2 * Math.PI * x) / n),
  Math.sin((2 * Math.PI * x) / n),
];
const tensor = (name: string, rows: readonly (readonly number[])[]): NamedTensor => ({
  name,
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});
const W_E = tensor(
  'embed.W_E',
  Array.from({ length: n }, (_, a) => wave(a)),
);
const ones = (place: number, sign: number, other: number): readonly number[] =>
  Array.from({ length: 4 }, (_, i) => (i === place ? 1 : i === other ? sign : 0));
const transposed = (columns: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  columns[0]!.map((_, row) => columns.map((column) => column[row]!));

/** cos w(a + b − c) by products of the embeddings: a product is a difference of squares. */
const clock = (): readonly NamedTensor[] => {
  const products = [
    { first: 0, second: 2, by: (c: number) => wave(c)[0] },
    { first: 1, second: 3, by: (c: number) => -wave(c)[0] },
    { first: 1, second: 2, by: (c: number) => wave(c)[1] },
    { first: 0, second: 3, by: (c: number) => wave(c)[1] },
  ];
  const columns = products.flatMap(({ first, second }) => [ones(first, 1, second), ones(first, -1, second)]);
  const rows = products.flatMap(({ by }) =>
    [1, -1].map((sign) => Array.from({ length: n }, (_, c) => (sign * by(c)) / 4)),
  );
  return [W_E, tensor('mlp.W_in', transposed(columns)), tensor('unembed.W_U', rows)];
};

const analysisOf = (
  model: typeof mlp,
  weights: readonly NamedTensor[],
  named: readonly string[],
): Promise<Analysis> =>
  analyze({
    ...{ model, dataset: addition(model), weights, engine },
    measures: measuresOfWeights(analysisMeasures, named),
    demand: {
      loss: 'crossEntropy',
      options: { llc: { chains: 2, steps: 20, burnIn: 5 }, hessian: { iterations: 60, tolerance: 1e-8 } },
    },
  });

describe('gradient symmetricity', () => {
  it('of a clock is the mean cosine of the distance of its operands: of all distances 0', async () => {
    const { accuracy, measures } = await analysisOf(mlp, clock(), ['gradientSymmetricity']);
    expect(accuracy.all).toBe(1);
    expect(Math.abs(measures!['gradientSymmetricity']!)).toBeLessThan(1e-6);
  });

  it('of a network that adds its embeddings is 1', async () => {
    const pizza = { ...mlp, combine: 'add', actFn: 'relu' };
    const { measures } = await analysisOf(pizza, initialWeights(pizza, addition(pizza)), [
      'gradientSymmetricity',
    ]);
    expect(measures!['gradientSymmetricity']).toBeCloseTo(1, 12);
  });

  it('of a transformer is between, and 1 where attention treats both tokens alike', async () => {
    const model = {
      nLayers: 1,
      dModel: 4,
      nHeads: 1,
      dHead: 4,
      dMlp: 6,
      actFn: 'gelu',
      normalization: 'none',
    };
    const spec = { ...model, initScale: 2, seed: 3 } as unknown as typeof mlp;
    const weights = initialWeights(spec, addition(spec));
    const { measures } = await analysisOf(spec, weights, ['gradientSymmetricity']);
    expect(measures!['gradientSymmetricity']).toBeGreaterThan(-1);
    expect(measures!['gradientSymmetricity']).toBeLessThan(0.9999);
    // Attention without any positions, to both tokens alike, treats both alike.
    const alike = weights.map(({ name, data, ...rest }) => ({
      ...rest,
      name,
      data: /W_pos|W_Q/.test(name) ? data.map(() => 0) : data,
    }));
    const { measures: even } = await analysisOf(spec, alike, ['gradientSymmetricity']);
    expect(even!['gradientSymmetricity']).toBeCloseTo(1, 6);
  });
});

describe('measures of weights that are asked for by name', () => {
  it('are there where they are named, and only there', async () => {
    const weights = initialWeights(mlp, addition(mlp));
    const plain = await analysisOf(mlp, weights, []);
    const named = await analysisOf(mlp, weights, ['llc', 'hessian', 'deadNeurons']);
    for (const name of ['llc', 'hessian', 'deadNeurons']) {
      expect(plain).not.toHaveProperty(name);
      expect(plain.absent).not.toHaveProperty(name);
      expect(named).toHaveProperty(name);
    }
    const { llc, hessian, deadNeurons, ...rest } = named;
    expect(rest).toEqual(plain);
    expect(llc!.chains).toHaveLength(2);
    expect(llc!.mean).toBeCloseTo((llc!.chains[0]! + llc!.chains[1]!) / 2, 12);
    expect(llc!.sd).toBeCloseTo(Math.abs(llc!.chains[0]! - llc!.chains[1]!) / Math.SQRT2, 12);
    expect(llc!.nBeta).toBeCloseTo(20 / Math.log(20), 12);
    expect(hessian!.top).toBeGreaterThan(0);
    expect(deadNeurons).toEqual({ dead: 0, of: 8 });
  });

  it('are refused where there is none, with what is meant, and where the weights do not have it', () => {
    const require = (names: readonly string[]) => () =>
      requireNamed(names, analysisMeasures, subjectOf(mlp, addition(mlp)));
    expect(require(['llc', 'hessian', 'gini'])).not.toThrow();
    expect(require(['hesian'])).toThrow(
      /^there is no such measure; did you mean hessian\?; there are loss, /,
    );
    expect(require(['attentionEntropy'])).toThrow('a model of the kind mlp has no heads');
    expect(require(['rightSince'])).toThrow('follows from the looks before');
  });
});
