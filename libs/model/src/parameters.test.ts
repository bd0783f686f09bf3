import { runSpecDefaults, type ModelSpec } from '@grokscope/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transformer } from './models/transformer.js';
import { initialWeights, parameterCount, parameters } from './parameters.js';

const mainline: ModelSpec = runSpecDefaults.model;
const task = { dVocab: 114, dVocabOut: 114, nCtx: 3 };

const shapesOf = (model: ModelSpec): Record<string, readonly number[]> =>
  Object.fromEntries(parameters(model, task).map(({ name, shape }) => [name, shape]));

describe('the parameters of a model', () => {
  it('number 226,816 in the mainline', () => {
    // Source: progress-measures-paper, `transformers.py`: 2·114·128 + 3·128 + 4·128² + 2·128·512 + 512 + 128.
    expect(parameterCount(mainline, task)).toBe(226_816);
  });

  it('have the names that the schema lists, in its order, whatever the model', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 7),
        fc.constantFrom('none' as const, 'layerNorm' as const),
        (nLayers, dMlp, normalization) => {
          const model = { ...mainline, nLayers, dMlp, normalization };
          expect(parameters(model, task).map(({ name }) => name)).toEqual(transformer.tensorNames(model));
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  it('have those of layer normalisation where TransformerLens has them', () => {
    const shapes = shapesOf({ ...mainline, normalization: 'layerNorm' });
    for (const name of ['blocks.0.ln1', 'blocks.0.ln2', 'ln_final'])
      expect([shapes[`${name}.w`], shapes[`${name}.b`]]).toEqual([[128], [128]]);
    expect(shapesOf({ ...mainline, dMlp: 0, normalization: 'layerNorm' })).not.toHaveProperty([
      'blocks.0.ln2.w',
    ]);
  });

  it('start as N(0,1)·initScale/√dModel, biases at 0, layer normalisation at weight 1', () => {
    const model: ModelSpec = { ...mainline, normalization: 'layerNorm', initScale: 3 };
    for (const { name, data } of initialWeights(model, task)) {
      const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
      const spread = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
      const wanted = name === 'unembed.W_U' ? 3 / Math.sqrt(114) : 3 / Math.sqrt(128);
      if (name.includes('W_')) expect(Math.abs(spread / wanted - 1), name).toBeLessThan(0.1);
      else expect([...new Set(data)], name).toEqual([/ln.*\.w$/.test(name) ? 1 : 0]);
    }
  });

  it('keep their initial values when layer normalisation joins them', () => {
    const plain = new Map(initialWeights(mainline, task).map(({ name, data }) => [name, data]));
    const joined = initialWeights({ ...mainline, normalization: 'layerNorm' }, task);
    for (const { name, data } of joined) if (plain.has(name)) expect(data).toEqual(plain.get(name));
  });
});
