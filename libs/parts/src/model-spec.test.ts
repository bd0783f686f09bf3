import {
  applySet,
  decodeStoredSpec,
  decodeWhere,
  formatSpecErrors,
  hasSettings,
  presetsOf,
} from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { builtIn, datasetOf, decodeRunSpec, shapeOf, type RunSpec } from './index.js';

const task = { kind: 'modularAddition', p: 7 };

function specOf(input: unknown): RunSpec {
  const decoded = decodeRunSpec(input);
  if (E.isLeft(decoded)) throw new Error(formatSpecErrors(decoded.left));
  return decoded.right;
}
const modelOf = (model: unknown): RunSpec['model'] => specOf({ task, model }).model;

/** The refusals of a model, one line for each error. */
function refusals(model: unknown): string[] {
  const decoded = decodeRunSpec({ task, model });
  return E.isLeft(decoded) ? formatSpecErrors(decoded.left).split('\n') : [];
}

function set(input: unknown, ...assignments: string[]): unknown {
  const laid = applySet(input, assignments, builtIn);
  if (E.isLeft(laid)) throw new Error(formatSpecErrors(laid.left));
  return laid.right;
}

describe('the model of a spec', () => {
  const perceptron = {
    kind: 'mlp',
    input: 'embedding',
    dEmbed: 256,
    sharedEmbedding: false,
    combine: 'concatenate',
    hidden: [128],
    biases: 'none',
    actFn: 'relu',
    initScale: 1,
    seed: 0,
  };

  it('of kind mlp has the defaults of an mlp, and nothing of a transformer', () => {
    expect(modelOf({ kind: 'mlp' })).toEqual(perceptron);
    expect(modelOf({ kind: 'mlp', hidden: [5, 3], combine: 'add' })).toEqual({
      ...perceptron,
      hidden: [5, 3],
      combine: 'add',
    });
  });

  it('is not that of a task’s recipe where its kind is another', () => {
    expect(specOf({ task: { kind: 'sparseParity' } }).model).toMatchObject({ dModel: 64 });
    expect(specOf({ task: { kind: 'sparseParity' }, model: { kind: 'mlp' } }).model).toEqual(perceptron);
  });

  it.each([
    [{ kind: 'mlp', nLayers: 2 }, /^model\.nLayers = 2: .*hidden/],
    [{ kind: 'mlp', outputs: 'classes' }, /^model\.outputs = "classes": .*sharedEmbedding/],
    [{ hidden: [3] }, /^model\.hidden = \[3\]: .*nLayers/],
    [{ kind: 'transformer', combine: 'add' }, /^model\.combine = "add": .*attention/],
    [{ kind: 'lstm' }, /^model\.kind = "lstm": .*transformer, mlp/],
    [{ kind: 'mlp', hidden: [] }, /^model\.hidden = \[\]: .*integers from 1 to 32768/],
    [{ kind: 'mlp', hidden: 128 }, /^model\.hidden = 128: /],
    [{ kind: 'mlp', hidden: [3, 0.5] }, /^model\.hidden.* = .*0\.5/],
    [{ kind: 'mlp', biases: 'mlp' }, /^model\.biases = "mlp": .*none, all/],
    [{ biases: 'some' }, /^model\.biases = "some": .*mlp, all, none/],
    [{ attention: { rate: 1.5 } }, /^model\.attention\.rate = 1\.5: .*from 0 to 1/],
    [{ attention: { mask: false } }, /^model\.attention\.mask = false: .*rate, causal/],
    [{ attention: 0.5 }, /^model\.attention = 0\.5: /],
    [
      { positions: 'rotary', dModel: 15, nHeads: 3, dHead: 5 },
      /^model\.dHead = 5: must be even: rotary positions turn coordinates in pairs/,
    ],
    [
      { normPosition: 'post' },
      /^model\.normPosition = "post": .*normalization is none .*layerNorm or rmsNorm/,
    ],
    [
      { tiedEmbeddings: true, outputs: 'classes' },
      /^model\.outputs = "classes": cannot be classes where W_U is W_E.*tiedEmbeddings: false/,
    ],
  ])('%j is refused, with what is allowed', (model, message) => {
    const lines = refusals(model);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
  });
});

describe('one model is written in one way', () => {
  const silent = JSON.stringify(specOf({ task }));

  it.each([
    { kind: 'transformer' },
    { outputs: 'vocabulary' },
    { biases: 'mlp' },
    { positions: 'learned' },
    { normPosition: 'pre' },
    { tiedEmbeddings: false },
    { attention: { rate: 1, causal: true } },
    { attention: { causal: true, rate: 1 } },
    { attention: { rate: 1 } },
    { attention: { causal: true } },
    { attention: {} },
  ])('%j says what its absence says, and is not written out', (model) => {
    expect(JSON.stringify(specOf({ task, model }))).toBe(silent);
  });

  it.each([
    [{ attention: { rate: 0.5, causal: true } }, { attention: { rate: 0.5 } }],
    [{ attention: { rate: 1, causal: false } }, { attention: { causal: false } }],
  ])('%j is written as %j', (long, short) => {
    expect(specOf({ task, model: long })).toEqual(specOf({ task, model: short }));
    expect(modelOf(long)).toMatchObject(short);
  });

  it.each([
    { outputs: 'classes' },
    { biases: 'all', positions: 'rotary', normalization: 'rmsNorm', normPosition: 'post' },
    { tiedEmbeddings: true, attention: { rate: 0, causal: false } },
    { kind: 'mlp', input: 'oneHot', hidden: [7, 5], actFn: 'square' },
  ])('%j, stored, is read in the same bytes, its kind known or not', (model) => {
    const written = specOf({ task, model });
    expect(written.model).toMatchObject(model);
    const text = JSON.stringify(written);
    const stored = decodeStoredSpec(JSON.parse(text));
    expect(E.isRight(stored) && JSON.stringify(stored.right)).toBe(text);
    expect(JSON.stringify(specOf(JSON.parse(text)))).toBe(text);
  });

  it('is found by what its absence means, of its own kind alone', () => {
    const has = (model: unknown, where: string): boolean => {
      const wanted = decodeWhere([where], builtIn);
      if (E.isLeft(wanted)) throw new Error(formatSpecErrors(wanted.left));
      return hasSettings(specOf({ task, model }), wanted.right, builtIn);
    };
    expect(has({}, 'model.kind=transformer')).toBe(true);
    expect(has({}, 'model.attention.rate=1')).toBe(true);
    expect(has({ attention: { causal: false } }, 'model.attention.rate=1')).toBe(true);
    expect(has({ attention: { rate: 0.5 } }, 'model.attention.rate=1')).toBe(false);
    expect(has({ kind: 'mlp' }, 'model.kind=transformer')).toBe(false);
    expect(has({ kind: 'mlp' }, 'model.outputs=vocabulary')).toBe(false);
    expect(has({ kind: 'mlp' }, 'model.biases=none')).toBe(true);
  });
});

describe('another kind of model over a spec', () => {
  it('drops the keys that it does not have, and keeps those it has', () => {
    const base = { task, model: { dModel: 12, nHeads: 3, dHead: 4, attention: { rate: 0.5 }, seed: 9 } };
    expect(set(base, 'model.kind=mlp')).toEqual({ task, model: { seed: 9, kind: 'mlp' } });
    expect(set(base, 'model.kind=mlp', 'model.hidden=[5]')).toEqual({
      task,
      model: { seed: 9, kind: 'mlp', hidden: [5] },
    });
    for (const { name, spec } of presetsOf(builtIn)) {
      // One that is a perceptron already keeps its own layers.
      const { hidden = [128] } = (spec.model ?? {}) as { hidden?: readonly number[] };
      expect(specOf(set(spec, 'model.kind=mlp')).model, name).toMatchObject({ kind: 'mlp', hidden });
    }
  });

  it('back to a transformer drops those of the mlp', () => {
    const base = { task, model: { kind: 'mlp', hidden: [5], dEmbed: 3, actFn: 'gelu' } };
    expect(specOf(set(base, 'model.kind=transformer')).model).toEqual(modelOf({ actFn: 'gelu' }));
  });

  it('keeps a key that the assignments give and the kind does not have, to be refused', () => {
    const model = (set({ task }, 'model.kind=mlp', 'model.nLayers=2') as { model: unknown }).model;
    expect(refusals(model)[0]).toMatch(/^model\.nLayers = 2/);
  });
});

describe('a task that a model is not for', () => {
  const rot13 = { kind: 'rot13' };
  it.each([
    [{ kind: 'mlp' }, 'model.kind', 'mlp', /needs examples of some operands, then "=" and one answer/],
    [{ outputs: 'classes' }, 'model.outputs', 'classes', /needs examples of some operands/],
  ])('is refused by its examples and by its shape: %j', (model, path, value, message) => {
    const spec = specOf({ task: rot13, model });
    for (const made of [datasetOf(spec), shapeOf(spec)]) {
      if (E.isRight(made)) throw new Error('made, but should have been refused');
      expect(made.left).toMatchObject({ _tag: 'UnfitTask', path, value });
      expect(made.left.message).toMatch(message);
      expect(formatSpecErrors([made.left])).toMatch(
        /rot13 are not so \(allowed: (transformer|vocabulary), or another task\)$/,
      );
    }
  });

  it.each([
    [{ kind: 'mlp' }, 7],
    [{ outputs: 'classes' }, 7],
    [{}, 8],
  ])('is not one of pairs: %j has %i logits', (model, dVocabOut) => {
    for (const make of [datasetOf, shapeOf]) {
      const made = make(specOf({ task, model }));
      expect(E.isRight(made) && made.right.dVocabOut).toBe(dVocabOut);
    }
  });

  it('is not one of bits, drawn as they are', () => {
    const data = { trainExamples: 50 };
    const spec = specOf({ task: { kind: 'sparseParity', bits: 9 }, data, model: { kind: 'mlp' } });
    for (const made of [datasetOf(spec), shapeOf(spec)])
      expect(E.isRight(made) && [made.right.dVocabOut, made.right.operands]).toEqual([
        2,
        { count: 9, values: 2, answers: 2 },
      ]);
  });

  it('is not one of triples', () => {
    const triples = { kind: 'modularPolynomial', p: 5, expression: 'x + y*z' };
    const made = datasetOf(specOf({ task: triples, model: { kind: 'mlp' } }));
    expect(E.isRight(made) && [made.right.dVocabOut, made.right.operands?.count]).toEqual([5, 3]);
  });
});
