import { createReferenceEngine, type Program } from '@grokscope/engine';
import { normError } from '@grokscope/engine/testing';
import { differentiate, functionFlops, Graph, ops, rewrite, schedule } from '@grokscope/graph';
import { buildForward, initialWeights, parameters, scoredRows } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { runSpecDefaults, type DataSpec, type ModelSpec, type TaskSpec } from '@grokscope/schema';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { LOSS } from './evaluation.js';
import { buildProgram } from './program.js';
import { writeWeights } from '../snapshot.js';

const spec = runSpecDefaults;
const small: ModelSpec = { ...runSpecDefaults.model, dModel: 6, nHeads: 2, dHead: 3, dMlp: 7 };

function dataset(p: number, kind: 'modularAddition' | 'modularDivision' = 'modularAddition'): Dataset {
  const data: DataSpec = { trainFraction: 0.4, splitSeed: 0, split: 'native' };
  const made = createDataset({ kind, p } as TaskSpec, data);
  if (made._tag === 'Left') throw new Error('the test has a bad dataset');
  return made.right;
}

const MODELS: readonly (readonly [string, ModelSpec])[] = [
  ['1 layer', small],
  ['2 layers', { ...small, nLayers: 2 }],
  ['attention only, 2 layers', { ...small, nLayers: 2, dMlp: 0 }],
  ['1 head', { ...small, nHeads: 1, dHead: 6 }],
  ['gelu', { ...small, actFn: 'gelu' }],
  ['layer normalisation', { ...small, normalization: 'layerNorm' }],
  [
    'layer normalisation, gelu, 2 layers',
    { ...small, nLayers: 2, actFn: 'gelu', normalization: 'layerNorm' },
  ],
  ['layer normalisation, attention only', { ...small, dMlp: 0, normalization: 'layerNorm' }],
];

describe.each(MODELS)('the rewrites, %s', (_, model) => {
  it('change no result beyond rounding: ten steps in float64 agree to 1e-12', async () => {
    const data = dataset(7);
    const results = await Promise.all([tenSteps(model, data, true), tenSteps(model, data, false)]);
    const [rewritten, plain] = results;
    for (const [name, values] of plain)
      expect(normError(rewritten.get(name)!, values), name).toBeLessThan(1e-12);
  });

  it('lower the operation count', () => {
    const { flopsPerStep, flopsPerStepUnrewritten, rewrites } = buildProgram({ ...spec, model }, dataset(13));
    expect(flopsPerStep).toBeLessThan(flopsPerStepUnrewritten);
    expect(rewrites.map((r) => r.rewrite)).toContain('workOnTokens');
    for (const { flopsBefore, flopsAfter } of rewrites) expect(flopsAfter).toBeLessThan(flopsBefore);
  });
});

describe('the rewritten graph', () => {
  it('computes queries, MLP and logits of the last layer for scored rows only', () => {
    const data = dataset(7);
    const graph = new Graph();
    const { logits } = buildForward(graph, small, data, batchOf(data));
    const { function: f } = rewrite({ graph, outputs: { logits }, updates: [] });
    const wide = schedule(f).filter((n) => n.op === 'matmul' && n.shape[0] > data.nExamples);
    expect(wide).toEqual([]);
  });

  it('makes products over tokens and positions, not over examples, where the model is linear', () => {
    const data = dataset(7);
    const graph = new Graph();
    const { logits } = buildForward(graph, { ...small, dMlp: 0 }, data, batchOf(data));
    const { function: f } = rewrite({ graph, outputs: { logits }, updates: [] });
    const heights = schedule(f).flatMap((n) => (n.op === 'matmul' ? [n.shape[0]] : []));
    // An attention-only layer is linear in the tables of 8 tokens and 3 positions except for the attention weights.
    expect(Math.max(...heights)).toBeLessThanOrEqual(15);
    expect(schedule(f).some((n) => n.op === 'tableMix' && n.shape[0] === 49)).toBe(true);
  });

  it('of the mainline step is an eighth of the plain one: three products over the examples remain', () => {
    const data = dataset(113);
    const { functions, flopsPerStep, flopsPerStepUnrewritten } = buildProgram(spec, data);
    expect(flopsPerStepUnrewritten / flopsPerStep).toBeGreaterThan(7.5);
    const nTrain = data.trainIndices.length;
    const { graph } = functions.train;
    const large = schedule(functions.train).filter(
      (n) => n.op === 'matmul' && (n.shape[0] === nTrain || graph.node(n.inputs[0]).shape[0] === nTrain),
    );
    expect(large).toHaveLength(3);
  });
});

describe.each(MODELS)('the whole model, %s', (_, model) => {
  it('has gradients that agree with central differences in float64, every parameter', async () => {
    const data = dataset(3);
    const graph = new Graph();
    const infos = parameters(model, data);
    const { logits } = buildForward(graph, model, data, batchOf(data));
    const loss = ops.mean(ops.crossEntropy(logits, graph.constant(data.labels)));
    const tensors = infos.map((info) => graph.parameter(info.name, info.graphShape));
    const gradients = differentiate(loss, tensors);
    const outputs = Object.fromEntries(infos.map(({ name }, i) => [name, gradients[i]]));
    const program = await createReferenceEngine().compile({
      f: { graph, outputs: { ...outputs, loss }, updates: [] },
      l: { graph, outputs: { loss }, updates: [] },
    });
    // Weights twice the initial ones: near zero the attention gradients would be too small to test anything.
    const weights = initialWeights({ ...model, initScale: 2, seed: 5 }, data);
    writeWeights(program, infos, weights);
    const analytic = await program.run('f', [{}]);
    for (const info of infos) {
      const numeric = await centralDifferences(program, info.name);
      const error = normError(analytic[info.name], numeric);
      expect(error, info.name).toBeLessThan(1e-7);
    }
  });
});

it('an untrained network gives every answer about the same chance', async () => {
  const data = dataset(31);
  const model: ModelSpec = { ...runSpecDefaults.model, dModel: 32, dHead: 8, dMlp: 64, initScale: 0.1 };
  const { functions, parameters: infos } = buildProgram({ ...spec, model }, data);
  const program = await createReferenceEngine().compile(functions);
  writeWeights(program, infos, initialWeights(model, data));
  const losses = (await program.run('evaluate', [{}]))[LOSS];
  expect(Array.from(losses).reduce((a, b) => a + b, 0) / losses.length).toBeCloseTo(Math.log(32), 2);
});

it('functionFlops counts a product as two operations for each multiply-add', () => {
  const graph = new Graph();
  const y = ops.matmul(graph.parameter('a', [3, 5]), graph.parameter('b', [5, 7]));
  expect(functionFlops({ graph, outputs: { y }, updates: [] })).toBe(2 * 3 * 5 * 7);
});

/** All examples. */
const batchOf = ({ nExamples, nCtx, tokens, scoredPositions }: Dataset) => ({
  nExamples,
  tokens,
  scored: scoredRows(nExamples, nCtx, scoredPositions),
});

async function tenSteps(
  model: ModelSpec,
  data: Dataset,
  rewrites: boolean,
): Promise<Map<string, ArrayLike<number>>> {
  const { functions, parameters: infos } = buildProgram({ ...spec, model }, data, { rewrites });
  const program = await createReferenceEngine().compile(functions);
  writeWeights(program, infos, initialWeights(model, data));
  const feeds = Array.from({ length: 10 }, (_, step) => ({ [HYPER_INPUT]: hyperAt(spec.optimizer, step) }));
  await program.run('train', feeds);
  const found = new Map<string, ArrayLike<number>>(Object.entries(await program.run('evaluate', [{}])));
  for (const { name } of infos) found.set(name, await program.read(name));
  return found;
}

async function centralDifferences(program: Program, name: string): Promise<Float64Array> {
  const values = Float64Array.from(await program.read(name));
  const h = 2e-4;
  const lossWith = async (i: number, value: number): Promise<number> => {
    const moved = Float64Array.from(values);
    moved[i] = value;
    program.write(name, moved);
    return (await program.run('l', [{}])).loss[0];
  };
  const out = new Float64Array(values.length);
  // Fourth order: the smallest gradients here are 1e-4, so second order leaves no step that is exact enough.
  for (let i = 0; i < values.length; i++) {
    const rise = async (by: number): Promise<number> =>
      (await lossWith(i, values[i] + by)) - (await lossWith(i, values[i] - by));
    out[i] = (8 * (await rise(h)) - (await rise(2 * h))) / (12 * h);
  }
  program.write(name, values);
  return out;
}
