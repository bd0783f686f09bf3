import { createRandom } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { initialWeights, parameters, taskFor } from '@grokscope/model';
import { runSpecDefaults, type ModelSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { analyze } from './analyze.js';
import { logitsOn } from './forward.js';

const plain = { ...runSpecDefaults.model, dModel: 8, nHeads: 2, dHead: 4, dMlp: 12 };
const mlp = {
  kind: 'mlp',
  input: 'embedding',
  dEmbed: 6,
  sharedEmbedding: false,
  combine: 'concatenate',
  hidden: [9],
  biases: 'all',
  actFn: 'relu',
  initScale: 1,
  seed: 0,
};

// The exact pass over pairs knows one form of network; every other has to be run as it is.
describe.each<[string, ModelSpec]>([
  ['as Nanda has it', plain],
  ['with a logit for each answer', { ...plain, outputs: 'classes' }],
  ['with biases everywhere', { ...plain, biases: 'all' }],
  ['without biases', { ...plain, biases: 'none' }],
  ['with waves for positions', { ...plain, positions: 'sinusoidal' }],
  ['with rotary positions', { ...plain, positions: 'rotary' }],
  ['without positions', { ...plain, positions: 'none' }],
  ['with half an attention', { ...plain, attention: { rate: 0.5 } }],
  ['without a mask', { ...plain, attention: { causal: false } }],
  ['with tied embeddings', { ...plain, tiedEmbeddings: true }],
  ['normalised', { ...plain, normalization: 'rmsNorm' }],
  ['normalised after each layer', { ...plain, normalization: 'layerNorm', normPosition: 'post' }],
  ['that is an MLP', mlp],
  ['that is an MLP on one-hot operands', { ...mlp, input: 'oneHot', hidden: [7, 5] }],
])('the analysis of a network %s', (_, model) => {
  it('is of what the network computes', async () => {
    const made = createDataset(
      { kind: 'modularAddition', p: 7 },
      { trainFraction: 0.5, splitSeed: 0, split: 'native' },
    );
    if (made._tag === 'Left') throw new Error(made.left.message);
    const dataset = taskFor(model, made.right);
    const random = createRandom(5);
    // Biases too are other than 0.
    const weights = initialWeights(model, dataset).map(({ name, shape, data }) => ({
      name,
      shape,
      data: data.map((x) => x + 0.3 * random.nextNormal()),
    }));
    expect(weights).toHaveLength(parameters(model, dataset).length);
    const engine = createReferenceEngine();
    const found = await analyze({ model, dataset, weights, engine });
    const logits = await logitsOn(engine, model, dataset, weights);
    await engine.dispose();
    const { nExamples, dVocabOut, labels, operands } = dataset;
    let loss = 0;
    for (let row = 0; row < nExamples; row++) {
      const answers = Float64Array.from(
        logits.subarray(row * dVocabOut, row * dVocabOut + operands!.answers),
      );
      const sum = answers.reduce((total, x) => total + Math.exp(x), 0);
      loss += Math.log(sum) - answers[labels[row]!]!;
    }
    expect(found.loss.all).toBeCloseTo(loss / nExamples, 10);
    expect(found.gini!.embedding).toBeGreaterThan(0);
  });
});
