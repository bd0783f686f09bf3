import type { RunSpecInput } from '@grokscope/schema';
import { anyTaskCatalogue, decodeRunSpec } from '@grokscope/schema';
import { builtInTasks } from '@grokscope/tasks';
import { expect, it } from 'vitest';
import { modelWords, optimizerWords, otherWords } from './index.js';

const words = (more: Omit<RunSpecInput, 'task'> = {}): readonly string[] => {
  const spec = decodeRunSpec(
    { task: { kind: 'modularAddition', p: 11 }, ...more },
    { ...anyTaskCatalogue, tasks: builtInTasks },
  );
  if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
  const { model, optimizer } = spec.right;
  return [modelWords(model), optimizerWords(optimizer), otherWords(spec.right).replaceAll('\u00a0', ' ')];
};

it('says of the published run what it is, and of others what they have besides', () => {
  expect(words()).toEqual([
    '1 layer, width 128, 4 heads, relu MLP of 512',
    'AdamW, learning rate 0.001, weight decay 1',
    '',
  ]);
  const model = {
    dModel: 8,
    nHeads: 1,
    dHead: 8,
    dMlp: 0,
    nLayers: 2,
    normalization: 'layerNorm',
    initScale: 8,
  };
  const [deep] = words({ model: model as RunSpecInput['model'] });
  expect(deep).toBe('2 layers, width 8, 1 head, attention only, layer normalisation, initial weights × 8');
  const [, muon, other] = words({
    data: { labelNoise: 0.1 },
    optimizer: {
      kind: 'muon',
      lr: 0.02,
      schedule: 'cosine',
      clipNorm: 1,
      decayTensors: 'weights',
      momentum: 0.95,
      adamW: { lr: 0.001, betas: [0.9, 0.98], eps: 1e-8, weightDecay: 1 },
      gradientFilter: { kind: 'grokfastEma', alpha: 0.98, lambda: 2 },
      orthogonalGradient: true,
    },
    training: { loss: 'stableMax' },
  });
  expect(muon).toBe(
    'Muon, learning rate 0.02, weight decay 1, of weights alone, momentum 0.95, AdamW at 0.001 for what is no ' +
      'matrix of a block, cosine schedule, Grokfast (α 0.98, λ 2), orthogonal gradient, gradients clipped at 1',
  );
  expect(other).toBe('StableMax loss, 10 % of the training labels wrong');
  expect(words({ training: { loss: 'meanSquaredError' } })[2]).toBe('mean squared error');
});
