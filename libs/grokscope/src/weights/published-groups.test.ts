import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createReferenceEngine } from '@grokscope/engine';
import { decodeSafetensors, floatValues } from '@grokscope/formats';
import {
  analysisMeasures,
  analyze,
  groupAnalysis,
  irreducibleCharacters,
  networkOf,
  preparePairNetwork,
  runStretch,
} from '@grokscope/interpret';
import { builtIn, datasetOf, decodeRunSpec } from '@grokscope/parts';
import { finiteGroup, pairTask, type Task } from '@grokscope/tasks';
import { right } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

// Networks that the authors of "A Toy Model of Universality" (arXiv:2302.03025) published, with figures recomputed in
// float64 by another program. Two are fixtures (fixtures/groups/README.md); the third, a transformer, is too large for
// the repository and is read if it is present beside it (../shared/reference).
const FIXTURES = new URL('../../fixtures/groups/', import.meta.url);
const BESIDE = new URL('../../../../../shared/reference/groups/', import.meta.url);

interface Expected {
  readonly order: number;
  readonly nTrain: number;
  readonly loss: { readonly train: number; readonly test: number; readonly all: number };
  readonly accuracy: number;
  readonly key: readonly {
    readonly dimension: number;
    readonly rank: number;
    readonly similarity: number;
    readonly embedding: readonly [number, number];
    readonly unembedding: number;
  }[];
  readonly logitsExplained: number;
  readonly restricted: number;
  readonly excluded: number;
  readonly sumSquaredWeights: number;
}

type Weights = ReadonlyMap<string, { readonly data: Float64Array; readonly shape: readonly number[] }>;

/** The parts of a network that are examined, whatever its architecture. */
interface Parts {
  /** [n·n, n] */
  readonly logits: Float64Array;
  /** [n, width] each. */
  readonly embeddings: readonly [Float64Array, Float64Array];
  /** [width, n] */
  readonly unembedding: Float64Array;
}

const folderOf = (name: string): URL | undefined =>
  [new URL(`${name}/`, FIXTURES), new URL(`${name}/`, BESIDE)].find((folder) => existsSync(folder));

function read(folder: URL, file: string): Buffer {
  const packed = new URL(`${file}.gz`, folder);
  return existsSync(packed) ? gunzipSync(readFileSync(packed)) : readFileSync(new URL(file, folder));
}

function weightsOf(folder: URL): Weights {
  const file = decodeSafetensors(read(folder, 'weights.safetensors'));
  if (file._tag === 'Left') throw new Error(JSON.stringify(file.left));
  return new Map(
    Object.entries(file.right.tensors).map(([name, tensor]) => [
      name,
      { data: Float64Array.from(floatValues(tensor)!), shape: tensor.shape },
    ]),
  );
}

/** [n·n] the product of x and y at x·n + y. */
function tableOf(folder: URL, n: number): Int32Array {
  const table = new Int32Array(n * n).fill(-1);
  for (const line of read(folder, 'table.csv').toString('utf8').trim().split('\n').slice(1)) {
    const [x, y, product] = line.split(',').map(Number) as [number, number, number];
    table[x * n + y] = product;
  }
  return table;
}

/** A [m, k] · B [k, n], by plain loops. */
function times(A: Float64Array, B: Float64Array, k: number): Float64Array {
  const [m, n] = [A.length / k, B.length / k];
  const C = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let t = 0; t < k; t++) {
      const a = A[i * k + t]!;
      if (a !== 0) for (let j = 0; j < n; j++) C[i * n + j]! += a * B[t * n + j]!;
    }
  return C;
}

/** h = relu([W_x[x]; W_y[y]]·W_in), logits = h·W_U. */
function mlpParts(weights: Weights, n: number): Parts {
  const dEmbed = weights.get('embed.W_x')!.shape[1]!;
  const { data: W_in, shape } = weights.get('mlp.W_in')!;
  const dHidden = shape[1]!;
  const x = times(weights.get('embed.W_x')!.data, W_in.subarray(0, dEmbed * dHidden), dEmbed);
  const y = times(weights.get('embed.W_y')!.data, W_in.subarray(dEmbed * dHidden), dEmbed);
  const hidden = new Float64Array(n * n * dHidden);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let h = 0; h < dHidden; h++, at++)
        hidden[at] = Math.max(0, x[i * dHidden + h]! + y[j * dHidden + h]!);
  const unembedding = weights.get('unembed.W_U')!.data;
  return { logits: times(hidden, unembedding, dHidden), embeddings: [x, y], unembedding };
}

function transformerParts(weights: Weights, n: number): Parts {
  const [, dModel] = weights.get('embed.W_E')!.shape as [number, number];
  const [nHeads, , dHead] = weights.get('blocks.0.attn.W_Q')!.shape as [number, number, number];
  const dMlp = weights.get('blocks.0.mlp.W_in')!.shape[1]!;
  const shape = { nLayers: 1, dModel, nHeads, dHead, dMlp, actFn: 'relu', normalization: 'none' };
  const network = networkOf(
    shape,
    [...weights].map(([name, tensor]) => ({ name, ...tensor, data: Float32Array.from(tensor.data) })),
  );
  const elements = Int32Array.from({ length: n }, (_, i) => i);
  const net = preparePairNetwork(
    network,
    { first: elements, second: elements, equals: n, outputs: elements },
    n,
  );
  const { direct, mlp } = runStretch(net, 0, n);
  const embedding = weights.get('embed.W_E')!.data.slice(0, n * dModel);
  return {
    logits: direct.map((value, i) => value + mlp[i]!),
    embeddings: [embedding, embedding],
    unembedding: net.neuronLogit,
  };
}

/** Cross-entropy of one row in float64. */
function lossOf(logits: Float64Array, row: number, n: number, label: number): number {
  let others = 0;
  for (let i = 0; i < n; i++)
    if (i !== label) others += Math.exp(logits[row * n + i]! - logits[row * n + label]!);
  return Math.log1p(others);
}

describe.each(['C113_MLP_seed1', 'S5_MLP_seed1', 'A5_T_seed1'])('the published network %s', (name) => {
  const folder = folderOf(name);
  if (!folder)
    console.log(`skipped: the published network ${name} is not beside the project (../shared/reference)`);

  it.runIf(folder)('has its figures to five digits', () => {
    const { expected } = JSON.parse(read(folder!, 'expected.json').toString('utf8')) as {
      expected: Expected;
    };
    const { order: n } = expected;
    const weights = weightsOf(folder!);
    const { train } = JSON.parse(read(folder!, 'split.json').toString('utf8')) as { train: number[] };
    const isTrained = new Set(train);
    const rows = Int32Array.from({ length: n * n }, (_, i) => i);
    const split = { train: Int32Array.from(train), test: rows.filter((row) => !isTrained.has(row)) };
    const group = finiteGroup(tableOf(folder!, n));
    if (group._tag === 'Left') throw new Error(group.left.message);
    const { table } = group.right;
    const { logits, embeddings, unembedding } = weights.has('embed.W_x')
      ? mlpParts(weights, n)
      : transformerParts(weights, n);
    const found = groupAnalysis(irreducibleCharacters(group.right), {
      ...{ logits, embeddings, unembedding },
      ...split,
    });
    const key = found.characters.filter(({ isKey }) => isKey).sort((a, b) => b.similarity - a.similarity);
    const close = (value: number, wanted: number): void =>
      expect(Math.abs(value / wanted - 1)).toBeLessThan(5e-6);
    const mean = (set: Int32Array): number =>
      set.reduce((sum, row) => sum + lossOf(logits, row, n, table[row]!), 0) / set.length;
    expect(train).toHaveLength(expected.nTrain);
    close(mean(split.train), expected.loss.train);
    close(mean(split.test), expected.loss.test);
    close(mean(rows), expected.loss.all);
    const isRight = (row: number): boolean => {
      const logitsOfRow = logits.subarray(row * n, (row + 1) * n);
      return logitsOfRow.indexOf(Math.max(...logitsOfRow)) === table[row];
    };
    expect(rows.filter(isRight).length / rows.length).toBe(expected.accuracy);
    expect(key.map(({ dimension, rank }) => [dimension, rank])).toEqual(
      expected.key.map(({ dimension, rank }) => [dimension, rank]),
    );
    expected.key.forEach((wanted, i) => {
      close(key[i]!.similarity, wanted.similarity);
      close(key[i]!.embedding![0], wanted.embedding[0]);
      close(key[i]!.embedding![1], wanted.embedding[1]);
      close(key[i]!.unembedding!, wanted.unembedding);
    });
    close(found.logitsExplained, expected.logitsExplained);
    close(found.restrictedLoss.all, expected.restricted);
    close(found.excludedLoss!.all, expected.excluded);
    let squares = 0;
    for (const { data } of weights.values()) for (const x of data) squares += x * x;
    close(squares, expected.sumSquaredWeights);
  });

  it.runIf(folder)('is analysed so, by the model its tensors are of', async () => {
    const { expected } = JSON.parse(read(folder!, 'expected.json').toString('utf8')) as {
      expected: Expected;
    };
    const { order: n } = expected;
    const { train } = JSON.parse(read(folder!, 'split.json').toString('utf8')) as { train: number[] };
    const isTrained = new Set(train);
    const table = tableOf(folder!, n);
    const rows = Int32Array.from({ length: n * n }, (_, i) => i);
    const spec = specOf(folder!);
    const made = datasetOf(
      { ...spec, data: { trainFraction: 0.5, splitSeed: 0, split: 'native' } },
      {
        ...builtIn,
        tasks: [productsOf(table, n)],
      },
    );
    if (made._tag === 'Left') throw new Error(made.left.message);
    const dataset = {
      ...made.right,
      trainIndices: Int32Array.from(train),
      testIndices: rows.filter((row) => !isTrained.has(row)),
    };
    expect(dataset.dVocabOut).toBe(n);
    const named = [...weightsOf(folder!)].map(([name, { data, shape }]) => ({
      name,
      shape,
      data: Float32Array.from(data),
    }));
    const told = ['loss', 'characters', 'logitsExplained', 'restrictedLoss', 'excludedLoss'];
    const measures = analysisMeasures.filter(({ name }) => told.includes(name));
    const engine = createReferenceEngine();
    const found = await analyze({ model: spec.model, dataset, weights: named, engine, measures });
    await engine.dispose();
    const close = (value: number, wanted: number): void =>
      expect(Math.abs(value / wanted - 1)).toBeLessThan(5e-6);
    close(found.loss.train!, expected.loss.train);
    close(found.loss.test!, expected.loss.test);
    close(found.logitsExplained!, expected.logitsExplained);
    close(found.restrictedLoss!.all!, expected.restricted);
    close(found.excludedLoss!.all!, expected.excluded);
    const key = found.characters!.filter(({ isKey }) => isKey).sort((a, b) => b.similarity - a.similarity);
    expect(key).toHaveLength(expected.key.length);
    expected.key.forEach((wanted, i) => {
      close(key[i]!.similarity, wanted.similarity);
      close(key[i]!.embedding![0], wanted.embedding[0]);
      close(key[i]!.embedding![1], wanted.embedding[1]);
      close(key[i]!.unembedding!, wanted.unembedding);
    });
  });
});

/** The model of a folder's tensors, on products of the table's elements. */
function specOf(folder: URL) {
  const weights = weightsOf(folder);
  const model = weights.has('embed.W_x')
    ? { kind: 'mlp', dEmbed: 256, hidden: [128] }
    : { outputs: 'classes' };
  const spec = decodeRunSpec({ task: { kind: 'modularAddition', p: 3 }, model });
  if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
  return { task: { kind: 'products' }, model: spec.right.model };
}

const productsOf = (table: Int32Array, n: number): Task =>
  pairTask({
    kind: 'products',
    teaches: 'the products of a group',
    parameters: {},
    exampleCount: () => n * n,
    words: () => ({
      title: 'products',
      examples: 'pairs',
      sign: '·',
      answers: { count: n, words: `the ${n} elements` },
    }),
    pairs: () =>
      right({
        n,
        firstB: 0,
        answer: (a: number, b: number) => table[a * n + b]!,
        structure: { kind: 'group', order: n, table },
      }),
  });
