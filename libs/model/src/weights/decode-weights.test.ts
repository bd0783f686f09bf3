import { formatShape } from '@grokscope/base';
import type { ModelSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeNotedWeights } from './decode-weights.js';
import type { RawTensor } from './file-tensors.js';
import { inferModel } from './infer-model.js';
import { initialWeights } from '../parameters.js';
import type { NamedTensor } from '../tensor.js';

const model: ModelSpec = {
  nLayers: 1,
  dModel: 6,
  nHeads: 2,
  dHead: 3,
  dMlp: 5,
  actFn: 'relu',
  normalization: 'none',
  initScale: 1,
  seed: 3,
};
/** Pairs mod 7. */
const task = { dVocab: 8, dVocabOut: 8, nCtx: 3 };
const own = initialWeights(model, task);

type File = Record<string, RawTensor>;
const asFile = (weights: readonly NamedTensor[]): File =>
  Object.fromEntries(weights.map(({ name, shape, data }) => [name, { dtype: 'F32', shape, data }]));
const f32 = (shape: readonly number[], ...values: number[]): RawTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});

function read(
  change: (file: File) => File | void,
  of = model,
): { weights: readonly NamedTensor[]; notes: readonly string[] } {
  const file = asFile(initialWeights(of, task));
  const decoded = decodeNotedWeights(change(file) ?? file, of, task);
  if (E.isLeft(decoded)) throw new Error(decoded.left.map(({ message }) => message).join('\n'));
  return decoded.right;
}

function refusals(change: (file: File) => File | void, of = model, raw = own): string[] {
  const file = asFile(raw);
  const decoded = decodeNotedWeights(change(file) ?? file, of, task);
  if (E.isRight(decoded)) throw new Error('read, but should have been refused');
  return decoded.left.map(({ message }) => message);
}

const mapped = (file: File, change: (tensor: RawTensor, name: string) => RawTensor): File =>
  Object.fromEntries(Object.entries(file).map(([name, tensor]) => [name, change(tensor, name)]));
const numbers = ({ data }: RawTensor): number[] => Array.from(data, Number);
const renamed = (file: File, rename: (name: string) => string): File =>
  Object.fromEntries(Object.entries(file).map(([name, tensor]) => [rename(name), tensor]));

describe('weights as others write them', () => {
  it('are read in float64 where float32 holds every value', () => {
    const { weights } = read((file) =>
      mapped(file, (t) => ({ ...t, dtype: 'F64', data: Float64Array.from(numbers(t)) })),
    );
    expect(weights).toEqual(own);
  });

  it('are read in bfloat16 and half precision, as their bits say', () => {
    const bits = { BF16: [0x3f80, 0xbf00], F16: [0x3c00, 0xb800] } as const;
    for (const [dtype, [one, minusHalf]] of Object.entries(bits)) {
      const { weights } = read((file) =>
        mapped(file, (t) => ({
          ...t,
          dtype,
          data: Uint16Array.from(numbers(t), (_, i) => (i % 2 ? minusHalf : one)),
        })),
      );
      for (const { data } of weights) expect(data.every((x, i) => x === (i % 2 ? -0.5 : 1))).toBe(true);
    }
  });

  it.each(['model.', '_orig_mod.', 'module.', 'model._orig_mod.'])(
    'are read with the prefix %s',
    (prefix) => {
      const { weights, notes } = read((file) => renamed(file, (name) => prefix + name));
      expect(weights).toEqual(own);
      expect(notes).toEqual([`names are read without "${prefix}"`]);
    },
  );

  it('are read beside buffers, counters, factors of 1 and biases of 0, and say what was left out', () => {
    const { weights, notes } = read((file) => ({
      ...file,
      'blocks.0.attn.mask': { dtype: 'BOOL', shape: [3, 3], data: new Uint8Array(9) },
      'blocks.0.attn.IGNORE': f32([], -1e5),
      step: { dtype: 'I64', shape: [1], data: BigInt64Array.of(5n) },
      'optimizer.global_step': { dtype: 'I32', shape: [], data: Int32Array.of(5) },
      logit_scale: f32([], 1),
      'blocks.0.attn.b_Q': f32([2, 3], 0, 0, 0, 0, 0, 0),
      'blocks.0.attn.b_O': { dtype: 'F16', shape: [6], data: new Uint16Array(6).fill(0x8000) },
      'unembed.b_U': f32([7], 0, 0, 0, 0, 0, 0, 0),
    }));
    expect(weights).toEqual(own);
    expect(notes).toEqual(['left out, as no part of the network: step, optimizer.global_step, logit_scale']);
  });

  it('are read with a W_U of the answers alone: "=" gets zeros', () => {
    const W_U = 'unembed.W_U';
    const { weights, notes } = read((file) => {
      const kept = numbers(file[W_U]).filter((_, i) => i % 8 !== 7);
      file[W_U] = f32([6, 7], ...kept);
    });
    const got = weights.find(({ name }) => name === W_U)!;
    const want = own.find(({ name }) => name === W_U)!;
    expect(got.shape).toEqual([6, 8]);
    got.data.forEach((x, i) => expect(x).toBe(i % 8 === 7 ? 0 : want.data[i]));
    expect(notes.join()).toContain('unembed.W_U has 7 columns');
  });

  it('are read with a b_U of the answers alone too, and without zeros where the outputs are classes', () => {
    const classes = { ...model, outputs: 'classes', biases: 'all' };
    const ofClasses = { ...task, dVocabOut: 7, operands: { count: 2, values: 7, answers: 7 } };
    const file = asFile(initialWeights(classes, ofClasses));
    file['unembed.b_U'] = f32([7], 1, 2, 3, 4, 5, 6, 7);
    const b_U = (of: ModelSpec, sizes: typeof task): Float32Array | undefined => {
      const decoded = decodeNotedWeights(file, of, sizes);
      if (E.isLeft(decoded)) throw new Error(decoded.left.map(({ message }) => message).join('\n'));
      return decoded.right.weights.find(({ name }) => name === 'unembed.b_U')?.data;
    };
    expect(b_U(classes, ofClasses)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6, 7));
    expect(b_U({ ...model, biases: 'all' }, task)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 0));
  });

  it('are read with the biases of all layers where the model has them, and with zeros where it has none', () => {
    const biased = { ...model, biases: 'all' };
    const b_Q = f32([2, 3], 1, -2, 3, -4, 5, -6);
    const { weights } = read((file) => void (file['blocks.0.attn.b_Q'] = b_Q), biased);
    expect(weights.find(({ name }) => name === 'blocks.0.attn.b_Q')!.data).toEqual(b_Q.data);
    const zeros = { 'blocks.0.mlp.b_in': f32([5], 0, 0, 0, 0, 0), 'unembed.b_U': f32([2], 0, 0) };
    const without = { ...model, biases: 'none' };
    expect(read((file) => ({ ...file, ...zeros }), without).weights).toEqual(initialWeights(without, task));
  });

  it('are read beside copies of W_E, and what is no copy is refused', () => {
    const { weights, notes } = read((file) => ({ ...file, x_embed: file['embed.W_E'] }));
    expect(weights).toEqual(own);
    expect(notes).toEqual(['left out, as copies of embed.W_E: x_embed']);
    const other = f32([8, 6], ...numbers(asFile(own)['embed.W_E']).map((x) => x + 1));
    expect(refusals((file) => ({ ...file, x_embed: other }))).toEqual([
      'x_embed [8, 6] is no tensor of this model',
    ]);
  });
});

describe('weights that cannot be read', () => {
  /** One fault, and the two parts of its message: the cause and the remedy. */
  const one = (faults: readonly string[], ...says: RegExp[]): void => {
    expect(faults).toHaveLength(1);
    for (const text of says) expect(faults[0]).toMatch(text);
  };

  it('in float64 beyond float32 are refused with the first such value', () => {
    const data = Float64Array.from({ length: 18 }, (_, i) => (i === 4 ? 0.1 : 0));
    one(
      refusals((file) => void (file['pos_embed.W_pos'] = { dtype: 'F64', shape: [3, 6], data })),
      /^pos_embed.W_pos has type F64, and float32 cannot hold value 4 of 18, 0.1/,
      /float\(\)/,
    );
  });

  it('as whole numbers are refused', () => {
    const data = Int32Array.from({ length: 18 });
    one(
      refusals((file) => void (file['pos_embed.W_pos'] = { dtype: 'I32', shape: [3, 6], data })),
      /^pos_embed.W_pos has type I32; wanted F32/,
    );
  });

  it('that are not finite are refused, in half precision too', () => {
    const data = new Uint16Array(18);
    data[3] = 0x7c00;
    one(
      refusals((file) => void (file['pos_embed.W_pos'] = { dtype: 'F16', shape: [3, 6], data })),
      /^pos_embed.W_pos value 3 of 18 is Infinity; wanted finite numbers/,
    );
  });

  it('that lie the other way round are said to', () => {
    one(
      refusals((file) => void (file['unembed.W_U'] = f32([8, 6], ...numbers(file['unembed.W_U'])))),
      /^unembed.W_U has shape \[8, 6\]; the model wants \[6, 8\]/,
      /nn.Linear.*tensor.T/,
    );
    one(
      refusals((file) => void (file['embed.W_E'] = f32([6, 8], ...numbers(file['embed.W_E'])))),
      /^embed.W_E has shape \[6, 8\]; .*nn.Linear/,
    );
  });

  it('with biases that are not zero are one fault, which names them all', () => {
    one(
      refusals((file) => ({
        ...file,
        'blocks.0.attn.b_V': f32([2, 3], 0, 0.5, 0, 0, 0, 0),
        'unembed.b_U': f32([8], 1, 1, 1, 1, 1, 1, 1, 1),
      })),
      /^blocks.0.attn.b_V value 1 is 0.5; this model has no such bias/,
      /unembed.b_U/,
      /--set model.biases=all$/,
    );
    one(
      refusals(
        (file) => ({ ...file, 'blocks.0.mlp.b_in': f32([5], 0, 0, 3, 0, 0) }),
        { ...model, biases: 'none' },
        initialWeights({ ...model, biases: 'none' }, task),
      ),
      /^blocks.0.mlp.b_in value 2 is 3; .*--set model.biases=mlp$/,
    );
  });

  it('without the biases that the spec says all layers have are one fault', () => {
    one(
      refusals(() => undefined, { ...model, biases: 'all' }),
      /^blocks.0.attn.b_Q and all other biases of attention and logits are missing where the spec says biases: all/,
    );
  });

  it('without the biases of the MLP are one fault', () => {
    one(
      refusals((file) => {
        delete file['blocks.0.mlp.b_in'];
        delete file['blocks.0.mlp.b_out'];
      }),
      /^blocks.0.mlp.b_in and all other biases of the MLP are missing/,
      /add them to the file as zeros/,
    );
  });

  it('with folded layer normalisation are one fault, which says so', () => {
    one(
      refusals(() => undefined, { ...model, normalization: 'layerNorm' }),
      /folded into the weights beside them.*fold_ln=False/,
      /normalization=none/,
    );
    one(
      refusals(() => undefined, { ...model, normalization: 'rmsNorm' }),
      /where the spec says normalization: rmsNorm/,
    );
  });

  it('of another kind of model are one fault, with the settings that would read them', () => {
    const perceptron: ModelSpec = {
      kind: 'mlp',
      input: 'oneHot',
      hidden: [4, 3],
      combine: 'add',
      biases: 'none',
      initScale: 1,
      seed: 0,
    };
    const pairs = { ...task, operands: { count: 2, values: 7, answers: 7 } };
    const weights = initialWeights(perceptron, pairs);
    one(
      refusals(() => undefined, model, weights),
      /it is of kind mlp; the spec's is of kind transformer/,
      /--set model.kind=mlp --set model.input=oneHot --set model.combine=add --set model.hidden=\[4,3\]$/,
    );
    const faults = (of: ModelSpec, sizes: typeof pairs, raw: readonly NamedTensor[]): string[] => {
      const decoded = decodeNotedWeights(asFile(raw), of, sizes);
      return E.isLeft(decoded) ? decoded.left.map(({ message }) => message) : [];
    };
    one(
      faults(perceptron, pairs, own),
      /of kind transformer; .*--set model.kind=transformer --set model.nLayers=1/,
    );
    one(
      faults({ ...perceptron, hidden: [4, 5] }, pairs, weights),
      /it has hidden \[4,3\]; the spec has hidden \[4,5\]. .*--set model.hidden=\[4,3\]$/,
    );
    const p5 = { ...pairs, operands: { count: 2, values: 5, answers: 5 } };
    const embedded: ModelSpec = { ...perceptron, input: 'embedding', dEmbed: 2, sharedEmbedding: true };
    one(faults(embedded, p5, initialWeights(embedded, pairs)), /operands have 7 values; .*--set task.p=7$/);
  });

  it('of another model are one fault, with the settings that would read them', () => {
    const other = { ...model, nLayers: 2, nHeads: 1, dHead: 6, normalization: 'layerNorm' as const };
    one(
      refusals(() => undefined, model, initialWeights(other, task)),
      /--set model.nLayers=2 --set model.nHeads=1 --set model.dHead=6 --set model.normalization=layerNorm/,
    );
    one(
      refusals(() => undefined, model, initialWeights(model, { dVocab: 12, dVocabOut: 12, nCtx: 3 })),
      /of another task .* 12 tokens .*--set task.p=11/,
    );
  });

  it('that are none are one fault: metadata alone, other names, one tensor twice', () => {
    one(
      refusals(() => ({})),
      /^file holds no tensor, only metadata/,
    );
    one(
      refusals((file) => renamed(file, (name) => `transformer.h.0.${name.toLowerCase()}`)),
      /has none of the \d+ tensors of this model; it has transformer.h.0.embed.w_e, .*TransformerLens: embed.W_E/,
    );
    one(
      refusals((file) => ({ ...file, 'model.embed.W_E': file['embed.W_E'] })),
      /embed.W_E and model.embed.W_E, which stand for one and the same tensor/,
    );
  });

  it('with a factor that is not 1 name it', () => {
    one(
      refusals((file) => ({ ...file, logit_scale: f32([], 0.5) })),
      /^logit_scale is a single number, 0.5, .*leave it out/,
    );
  });
});

describe('the model of a file', () => {
  it.each([
    model,
    { ...model, nLayers: 3, dMlp: 0 },
    { ...model, nHeads: 3, dHead: 2, normalization: 'layerNorm' as const },
  ])('is inferred from names and shapes: %j', (of) => {
    const weights = initialWeights(of, task);
    const { nLayers, dModel, nHeads, dHead, dMlp, normalization } = of;
    const found = inferModel(new Map(weights.map((tensor) => [tensor.name, tensor])));
    expect({ normalization: 'none', ...found.model }).toEqual({
      nLayers,
      dModel,
      nHeads,
      dHead,
      dMlp,
      normalization,
    });
    expect(found.task).toEqual({ dVocab: 8, nCtx: 3 });
    expect(weights.map(({ shape }) => formatShape(shape))).toContain(formatShape([8, 6]));
  });
});
