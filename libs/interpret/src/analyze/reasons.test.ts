import type { Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { analysisMeasures } from '../measures/index.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import { reasonsFor } from './reasons.js';

const oneLayer = {
  nLayers: 1,
  dModel: 8,
  nHeads: 2,
  dHead: 4,
  dMlp: 16,
  actFn: 'relu',
  normalization: 'none',
};
const bare: Omit<Analysis, 'absent'> = {
  loss: { all: 1, test: 1 },
  accuracy: { all: 0, test: 0 },
  sumSquaredWeights: { total: 1, byTensor: {} },
  singularValues: { W_E: [] },
};
const pairs = { classes: 24 } as PairExamples;
const dataset = {} as Dataset;

describe('why a measure is absent', () => {
  it('is the lack of a group for all that goes by waves, neurons too', () => {
    const attention = { attentionToTokens: [], logitAttribution: { embedding: 0, heads: [], total: 0 } };
    const reasons = reasonsFor(
      { ...bare, ...attention },
      { model: oneLayer, pairs, dataset },
      analysisMeasures,
    );
    expect(reasons['neurons']).toBe('the task has no cyclic group');
    expect(reasons['restrictedLoss']).toBe('the task has no cyclic group');
    expect(Object.values(reasons).join()).not.toContain('nonlinearity');
  });

  it.each([
    [{ nLayers: 2 }, 'one layer; this one has 2'],
    [{ normalization: 'layerNorm' }, 'without normalisation; this one has layerNorm'],
    [{ actFn: 'tanh' }, 'nonlinearity tanh'],
  ])('names what of the model is in the way: %j', (change, why) => {
    const reasons = reasonsFor(bare, { model: { ...oneLayer, ...change }, pairs, dataset }, analysisMeasures);
    expect(reasons['attentionToTokens']).toContain(why);
  });

  it('is none for what is there', () => {
    expect(
      reasonsFor(
        { ...bare, gini: { embedding: 0.1 } },
        { model: oneLayer, pairs, dataset },
        analysisMeasures,
      )['gini'],
    ).toBeUndefined();
  });
});
