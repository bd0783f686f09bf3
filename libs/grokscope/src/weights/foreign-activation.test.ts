import { ops } from '@grokscope/graph';
import type { Activation } from '@grokscope/model';
import { initialWeights } from '@grokscope/model';
import { builtIn } from '@grokscope/parts';
import { describe, expect, it } from 'vitest';
import { analyzeWeights } from './analyze-weights.js';
import { requireSpec } from './read-spec.js';

/** x², which is not built in. */
const square: Activation = { kind: 'mySquare', apply: (x) => ops.multiply(x, x) };
const inPlace: Activation = {
  ...square,
  applyInPlace: (values) => values.forEach((x, at) => (values[at] = x * x)),
};

async function analysisWith(activation: Activation) {
  const catalogue = { ...builtIn, activations: [...builtIn.activations, activation] };
  const input = {
    task: { kind: 'modularAddition', p: 5 },
    model: { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8, actFn: 'mySquare' },
  };
  const { spec, dataset } = requireSpec(input as never, { catalogue });
  return analyzeWeights(spec as never, initialWeights(spec.model, dataset), { catalogue });
}

describe('weights of a network with an activation that is not built in', () => {
  it('are analysed by the ops of the activation, and say what they lack', async () => {
    const { loss, attentionToTokens, absent } = await analysisWith(square);
    expect(loss.all).toBeGreaterThan(0);
    expect(attentionToTokens).toBeUndefined();
    expect(absent['attentionToTokens']).toContain('the nonlinearity mySquare is not known');
  });

  it('are run over all pairs where the activation is known in float64, to the same losses', async () => {
    const [byOps, byPairs] = [await analysisWith(square), await analysisWith(inPlace)];
    expect(byPairs.attentionToTokens).toHaveLength(1);
    expect(byPairs.loss.all).toBeCloseTo(byOps.loss.all, 12);
    expect(byPairs.ablations?.mlp?.zero.all).not.toBe(byPairs.loss.all);
  });
});
