import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { decodeSafetensors, encodeSafetensors } from '@grokscope/formats';
import { Graph } from '@grokscope/graph';
import {
  buildForward,
  initialWeights,
  parameters,
  toGraphLayout,
  type TransformerSpec,
} from '@grokscope/model';
import { datasetOf, decodeRunSpec, type RunSpec } from '@grokscope/parts';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookedForward } from '../testing/hooked-forward.js';

// Programs that know TransformerLens's names and layouts, and nothing of this project, read the exported files.

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};

const small = { dModel: 12, nHeads: 3, dHead: 4, dMlp: 7, seed: 5 } as const;
const MODELS: Readonly<Record<string, Partial<TransformerSpec>>> = {
  'the mainline’s model': small,
  'two layers, layer normalisation, all biases, silu': {
    ...{ ...small, nLayers: 2, normalization: 'layerNorm', biases: 'all', actFn: 'silu' },
  },
  'classes, RMS normalisation, no biases, no mask': {
    ...{
      ...small,
      outputs: 'classes',
      normalization: 'rmsNorm',
      biases: 'none',
      attention: { causal: false },
    },
  },
  'two layers, attention only': { ...small, nLayers: 2, dMlp: 0 },
};
/** Models that the plain loops leave to NumPy. */
const FURTHER: Readonly<Record<string, Partial<TransformerSpec>>> = {
  gelu: { ...small, actFn: 'gelu' },
  'rotary positions': { ...small, positions: 'rotary' },
  'tied embeddings': { ...small, tiedEmbeddings: true },
};
const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  silu: (x) => x / (1 + Math.exp(-x)),
};

/**
 * A file as a run writes it, with no weight equal to 0, and the logits of all positions as the project computes them.
 */
async function exported(model: Partial<TransformerSpec>) {
  const spec: RunSpec = right(decodeRunSpec({ task: { kind: 'modularAddition', p: 5 }, model }));
  const dataset = right(datasetOf(spec));
  const random = createRandom(3);
  const weights = initialWeights(spec.model, dataset).map(({ name, shape, data }) => ({
    name,
    shape,
    data: data.map((x) => 2 * x + 0.3 * random.nextNormal()),
  }));
  const file = Object.fromEntries(
    weights.map(({ name, shape, data }) => [name, { dtype: 'F32' as const, shape, data }]),
  );
  const bytes = encodeSafetensors(file, { spec: JSON.stringify(spec), step: '0' });
  const { nExamples, nCtx, tokens } = dataset;
  const graph = new Graph();
  const scored = Int32Array.from({ length: nExamples * nCtx }, (_, row) => row);
  const { logits } = buildForward(graph, spec.model, dataset, { nExamples, tokens, scored });
  const program = await createReferenceEngine().compile({ f: { graph, outputs: { logits }, updates: [] } });
  parameters(spec.model, dataset).forEach((info, i) =>
    program.write(info.name, toGraphLayout(info, weights[i]!.data)),
  );
  const ours = Array.from((await program.run('f', [{}]))['logits']!);
  await program.dispose();
  const sequences = Array.from({ length: nExamples }, (_, e) =>
    Array.from(tokens.subarray(e * nCtx, (e + 1) * nCtx)),
  );
  return { spec, bytes, sequences, ours };
}

function expectNear(got: readonly number[], want: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(want.length);
  const largest = Math.max(...want.map(Math.abs));
  expect(largest).toBeGreaterThan(0.5);
  got.forEach((value, i) =>
    expect(Math.abs(value - want[i]!), `logit ${i}`).toBeLessThan(tolerance * largest),
  );
}

describe('exported weights, computed by plain loops as HookedTransformer computes', () => {
  it.each(Object.entries(MODELS))('give our logits: %s', async (_, model) => {
    const { spec, bytes, sequences, ours } = await exported(model);
    const { nLayers, actFn, normalization, attention } = spec.model as TransformerSpec;
    const config = {
      ...{ nLayers, normalization },
      activation: ACTIVATIONS[actFn]!,
      isCausal: attention?.causal !== false,
    };
    const { tensors } = right(decodeSafetensors(bytes));
    const got = sequences.flatMap((sequence) => hookedForward(tensors, config, sequence).flat());
    expectNear(got, ours, 1e-9);
  });
});

const script = fileURLToPath(new URL('../../../../examples/python/numpy_forward.py', import.meta.url));
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
if (!hasNumpy) console.log('skipped: there is no python3 with NumPy to run examples/python');

describe.runIf(hasNumpy)('exported weights, computed by examples/python/numpy_forward.py', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grokscope-numpy-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const python = async (bytes: Uint8Array, input: string) => {
    const file = join(folder, 'W.safetensors');
    await writeFile(file, bytes);
    return spawnSync('python3', [script, file, '--tokens', '-'], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  };

  it.each(Object.entries({ ...MODELS, ...FURTHER }))('give our logits: %s', async (_, model) => {
    const { bytes, sequences, ours } = await exported(model);
    const { stdout, stderr } = await python(bytes, JSON.stringify(sequences));
    expect(stderr).toBe('');
    expectNear((JSON.parse(stdout) as number[][][]).flat(2), ours, 1e-5);
  });

  it('are refused where HookedTransformer has no such model', async () => {
    const { bytes } = await exported({ ...small, attention: { rate: 0.5 }, positions: 'sinusoidal' });
    const { status, stderr } = await python(bytes, '[[0]]');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'HookedTransformer does not have: an attention rate of 0.5, sinusoidal positions',
    );
  });
});
