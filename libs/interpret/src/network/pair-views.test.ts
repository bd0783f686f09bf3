import { describe, expect, it } from 'vitest';
import type { NamedTensor } from '@grokscope/model';
import { initialWeights } from '@grokscope/model';
import { networkOf } from './network.js';
import { neuronFrequencies } from './neurons.js';
import { preparePairNetwork, runStretch } from './pair-network.js';
import { pairLogits, viewNeuron, viewNeurons } from './pair-views.js';

const p = 7;
const model = {
  nLayers: 1,
  dModel: 10,
  nHeads: 2,
  dHead: 5,
  dMlp: 9,
  actFn: 'relu',
  normalization: 'none',
  initScale: 1,
  seed: 3,
} as const;
const dimensions = { dVocab: p + 1, dVocabOut: p + 1, nCtx: 3 };
/** Biases are not zero, so that forgetting one shows. */
const weights: NamedTensor[] = initialWeights(model, dimensions).map((tensor) => ({
  ...tensor,
  data: tensor.name.includes('.b_') ? tensor.data.map((_, i) => 0.1 * (i + 1)) : tensor.data,
}));
const network = networkOf(model, weights);
const numbers = Int32Array.from({ length: p }, (_, i) => i);
const grid = { first: numbers, second: numbers, equals: p, outputs: numbers };
const whole = runStretch(preparePairNetwork(network, grid, p + 1), 0, p);

describe('a look at one part of a network', () => {
  it.each([0, 4, 8])('neuron %i is the same as in the whole', (index) => {
    const { activation, patterns } = viewNeuron(network, grid, p + 1, index);
    activation.forEach((x, row) => expect(x).toBeCloseTo(whole.activations[row * 9 + index]!, 12));
    expect(activation.some((x) => x > 0)).toBe(true);
    expect(patterns).toHaveLength(2);
    for (const pattern of patterns)
      for (let row = 0; row < p * p; row += 1)
        expect(pattern[3 * row]! + pattern[3 * row + 1]! + pattern[3 * row + 2]!).toBeCloseTo(1, 12);
  });

  it('the logits of one pair are the same as in the whole', () => {
    const [a, b] = [5, 2];
    const row = a * p + b;
    pairLogits(network, grid, p + 1, [a, b]).forEach((x, c) =>
      expect(x).toBeCloseTo(whole.direct[row * p + c]! + whole.mlp[row * p + c]!, 12),
    );
  });

  it('the neurons have the frequencies that the whole gives them', () => {
    const found = viewNeurons(preparePairNetwork(network, grid, p + 1));
    const wanted = neuronFrequencies(whole.activations, p, 9);
    found.explained.forEach((x, j) => expect(x).toBeCloseTo(wanted.explained[j]!, 10));
    expect([...found.frequency]).toEqual([...wanted.frequency]);
  });

  it('a model without an MLP has attention and logits, and no neuron', () => {
    const bare = networkOf({ ...model, dMlp: 0 }, weights);
    expect(viewNeuron(bare, grid, p + 1, 0).activation).toHaveLength(0);
    expect(pairLogits(bare, grid, p + 1, [1, 2])).toHaveLength(p);
  });
});
