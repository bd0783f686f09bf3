import { existsSync, readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors, floatValues, type Tensor } from '@grokscope/formats';
import type { Analysis } from '@grokscope/interpret';
import { decodeNotedWeights } from '@grokscope/model';
import { datasetOf, decodeRunSpec, type RunSpec } from '@grokscope/parts';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { analyzeWeights } from './analyze-weights.js';
import { inferSpec } from './infer-spec.js';

// The published weights (see published-run.test.ts) in the form in which TransformerLens's grokking demonstration
// stores such a network: 114 tokens in and 113 outputs, every bias of a HookedTransformer present and 0, its buffers,
// in float64 or bfloat16.
const FILE = new URL('../../../../../shared/reference/nanda-wd0.1-seed1.safetensors', import.meta.url);
const present = existsSync(FILE);
if (!present) console.log('skipped: the published network is not beside the project (../shared/reference)');

type Encode = (values: Float32Array) => Pick<Tensor, 'dtype' | 'data'>;

const float64: Encode = (values) => ({ dtype: 'F64', data: Float64Array.from(values) });

/** The upper halves of the bits, rounded to nearest, ties to even. */
const bfloat16: Encode = (values) => {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  return { dtype: 'BF16', data: Uint16Array.from(bits, (u) => (u + 0x7fff + ((u >>> 16) & 1)) >>> 16) };
};

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};

/** The file's bytes in the form of a HookedTransformer's state dict. */
function hooked(encode: Encode): Uint8Array {
  const { tensors } = right(decodeSafetensors(readFileSync(FILE)));
  const zeros = (shape: number[]): Tensor =>
    ({ shape, ...encode(new Float32Array(shape.reduce((n, side) => n * side, 1))) }) as Tensor;
  const all: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const values = Float32Array.from(floatValues(tensor)!);
    const isUnembedding = name === 'unembed.W_U';
    const kept = isUnembedding ? values.filter((_, i) => i % 114 !== 113) : values;
    all[name] = { shape: isUnembedding ? [128, 113] : tensor.shape, ...encode(kept) } as Tensor;
  }
  for (const letter of 'QKV') all[`blocks.0.attn.b_${letter}`] = zeros([4, 32]);
  all['blocks.0.attn.b_O'] = zeros([128]);
  all['unembed.b_U'] = zeros([113]);
  all['blocks.0.attn.mask'] = { dtype: 'BOOL', shape: [3, 3], data: new Uint8Array(9) };
  all['blocks.0.attn.IGNORE'] = zeros([]);
  return encodeSafetensors(all);
}

/** Measures a file without a spec; its split is known. */
async function analysis(bytes: Uint8Array): Promise<{ spec: RunSpec; found: Analysis }> {
  const { tensors } = right(decodeSafetensors(bytes));
  const { input } = right(await inferSpec(tensors));
  const spec = right(decodeRunSpec({ ...input, data: { splitSeed: 1 } }));
  const { weights } = right(decodeNotedWeights(tensors, spec.model, right(datasetOf(spec))));
  return { spec, found: await analyzeWeights(spec, weights) };
}

const digits = (values: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([key, x]) => [key, (x as number).toPrecision(6)]));

describe.runIf(present)('the published network as TransformerLens has it', () => {
  it('gives its figures in float64, its outputs being the classes', async () => {
    const { spec, found } = await analysis(hooked(float64));
    expect(spec.task).toEqual({ kind: 'modularAddition', p: 113 });
    expect(spec.model).toMatchObject({ outputs: 'classes', nHeads: 4, dMlp: 512 });
    expect(digits(found.loss)).toEqual({ train: '9.20242e-9', test: '4.98838e-7', all: '3.51974e-7' });
    expect(found.keyFrequencies).toMatchObject({
      neurons: [6, 23, 37, 39, 41],
      neuronLogit: [6, 23, 37, 39, 41],
    });
    expect(digits(found.restrictedLoss!)).toEqual({
      ...{ all: '2.20113e-9', train: '2.09243e-9', test: '2.24770e-9' },
    });
    expect(found.excludedLoss!.all.toPrecision(6)).toBe('8.38537');
    expect(found.logitFit!.explained.toPrecision(6)).toBe('0.974770');
    expect(digits(found.gini!)).toEqual({ embedding: '0.538591', neuronLogit: '0.757612' });
  }, 120_000);

  it('gives in bfloat16 those of the rounded weights', async () => {
    const { found } = await analysis(hooked(bfloat16));
    // Computed by NumPy in float64 (examples/python/numpy_forward.py) from the weights rounded in this way.
    expect(digits(found.loss)).toEqual({ train: '9.22323e-9', test: '4.97267e-7', all: '3.50881e-7' });
    expect(found.accuracy).toEqual({ train: 1, test: 1, all: 1 });
    expect(found.keyFrequencies).toMatchObject({ neuronLogit: [6, 23, 37, 39, 41] });
  }, 120_000);
});
