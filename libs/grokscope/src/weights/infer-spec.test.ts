import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeSafetensors } from '@grokscope/formats';
import { decodeNotedWeights, initialWeights, type RawTensor, type RawTensors } from '@grokscope/model';
import { datasetOf, decodeRunSpec, type RunSpec } from '@grokscope/parts';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { inferSpec, type InferredSpec } from './infer-spec.js';

async function inferred(tensors: RawTensors): Promise<InferredSpec> {
  const found = await inferSpec(tensors);
  if (E.isLeft(found)) throw new Error(found.left);
  return found.right;
}

const task = { kind: 'modularAddition', p: 7 } as const;
const small = { nLayers: 1, dModel: 6, nHeads: 2, dHead: 3, dMlp: 5 } as const;

function right<A>(either: E.Either<unknown, A>): A {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
}
const specOf = (model: object): RunSpec => right(decodeRunSpec({ task, model }));
const datasetFor = (model: object) => right(datasetOf(specOf(model)));

/** Weights of an untrained model whose biases are not 0. */
const fileOf = (model: object): Record<string, RawTensor> =>
  Object.fromEntries(
    initialWeights(specOf(model).model, datasetFor(model)).map(({ name, shape, data }) => [
      name,
      { dtype: 'F32', shape, data: /\.b_/.test(name) ? data.map((_, i) => i + 0.5) : data },
    ]),
  );

describe('a spec inferred from weights alone', () => {
  it.each<[string, object]>([
    ['the mainline’s model', small],
    ['outputs: classes', { ...small, outputs: 'classes' }],
    ['biases: all', { ...small, biases: 'all' }],
    ['biases: none', { ...small, biases: 'none' }],
    [
      'classes, biases, two layers, attention only',
      { ...small, nLayers: 2, dMlp: 0, outputs: 'classes', biases: 'all' },
    ],
    ['RMS normalisation', { ...small, normalization: 'rmsNorm' }],
    ['normalisation after', { ...small, normalization: 'layerNorm', normPosition: 'post' }],
    ['tied embeddings', { ...small, tiedEmbeddings: true }],
    ['an mlp', { kind: 'mlp', dEmbed: 5, hidden: [6] }],
    [
      'an mlp of two layers and biases, one table',
      { kind: 'mlp', dEmbed: 5, hidden: [6, 4], biases: 'all', sharedEmbedding: true },
    ],
    ['an mlp of added embeddings', { kind: 'mlp', dEmbed: 5, hidden: [6], combine: 'add' }],
    ['an mlp of one-hot operands', { kind: 'mlp', input: 'oneHot', hidden: [6] }],
    ['an mlp of added one-hot operands', { kind: 'mlp', input: 'oneHot', hidden: [6, 6], combine: 'add' }],
  ])('has %s, and reads the weights as they are', async (_, model) => {
    const file = fileOf(model);
    const { input, why } = await inferred(file);
    expect(input.task).toEqual(task);
    const spec = right(decodeRunSpec(input));
    const wanted = specOf(model).model;
    // An embedding that does not exist has no width.
    expect({ ...spec.model, dEmbed: 0 }).toEqual({ ...wanted, dEmbed: 0 });
    const { weights, notes } = right(decodeNotedWeights(file, spec.model, right(datasetOf(spec))));
    expect(notes).toEqual([]);
    for (const { name, data } of weights) expect(data, name).toEqual(file[name]!.data);
    for (const [key, value] of Object.entries(model).filter(([key]) => key !== 'dEmbed'))
      expect(why[0]).toContain(`${key} ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`);
  });

  it('needs tensors that tell the model: an mlp whose layers do not fit is refused with what they tell', async () => {
    const file = fileOf({ kind: 'mlp', dEmbed: 5, hidden: [6] });
    const W_in = file['mlp.W_in']!;
    const found = await inferSpec({ ...file, 'mlp.W_in': { ...W_in, shape: [6, 10] } });
    expect(found).toMatchObject(
      E.left(expect.stringMatching(/tell only kind mlp, input embedding, dEmbed 5/)),
    );
  });

  it('of an mlp on three operands is refused, with what they are', async () => {
    const file = fileOf({ kind: 'mlp', dEmbed: 5, hidden: [6] });
    const three = {
      ...file,
      'embed.W_z': file['embed.W_x']!,
      'mlp.W_in': { dtype: 'F32', shape: [15, 6], data: new Float32Array(90) },
    };
    expect(await inferSpec(three)).toMatchObject(
      E.left(expect.stringMatching(/3 operands of 7 values, which are no pairs of numbers/)),
    );
  });

  it('recognises modular addition in a published mlp', async () => {
    const packed = new URL('../../fixtures/groups/C113_MLP_seed1/weights.safetensors.gz', import.meta.url);
    const { tensors } = right(decodeSafetensors(gunzipSync(readFileSync(packed))));
    const { input, why } = await inferred(tensors);
    expect(input).toEqual({
      task: { kind: 'modularAddition', p: 113 },
      model: {
        kind: 'mlp',
        input: 'embedding',
        dEmbed: 256,
        sharedEmbedding: false,
        combine: 'concatenate',
        hidden: [128],
      },
    });
    expect(why.at(-1)).toBe(
      'inferred from its answers: modularAddition mod 113 (right on 100 % of 300 pairs)',
    );
  });
});

const A5 = new URL('../../../../../shared/reference/groups/A5_T_seed1/weights.safetensors', import.meta.url);
const present = existsSync(A5);
if (!present)
  console.log('skipped: the published transformer is not beside the project (../shared/reference)');

it.runIf(present)(
  'reads a published transformer of classes, and says that copies of W_E are left out',
  async () => {
    const { tensors } = right(decodeSafetensors(readFileSync(A5)));
    const { input } = await inferred(tensors);
    expect(input.model).toEqual({
      ...{ nLayers: 1, dModel: 128, nHeads: 4, dHead: 32, dMlp: 512 },
      outputs: 'classes',
    });
    const spec = right(decodeRunSpec(input));
    const { notes, weights } = right(decodeNotedWeights(tensors, spec.model, right(datasetOf(spec))));
    expect(notes).toEqual(['left out, as copies of embed.W_E: x_embed, y_embed']);
    expect(weights.find(({ name }) => name === 'unembed.W_U')!.shape).toEqual([128, 60]);
  },
);
