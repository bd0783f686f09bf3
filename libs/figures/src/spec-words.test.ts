import { builtIn } from '@grokscope/parts';
import type { OptimizerSpec, RunSpecInput } from '@grokscope/schema';
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
  const [, some] = words({
    optimizer: { frozen: ['embed.W_E', 'pos_embed.W_pos'], lrScale: { 'unembed.W_U': 0.1 } },
  });
  expect(some).toBe(
    'AdamW, learning rate 0.001, weight decay 1, learning rate × 0.1 for unembed.W_U, embed.W_E and pos_embed.W_pos frozen',
  );
  expect(other).toBe('StableMax loss, 10 % of the training labels wrong');
  expect(words({ training: { loss: 'meanSquaredError' } })[2]).toBe('mean squared error');
});

it('reads what a part says of itself, and shows one without its code by its kind', () => {
  const optimizer = {
    kind: 'lion',
    lr: 0.1,
    weightDecay: 0,
    betas: [0.9, 0.99],
    eps: 1e-8,
    warmupSteps: 0,
    clipNorm: 2,
  } as unknown as OptimizerSpec;
  expect(optimizerWords(optimizer)).toBe('lion, learning rate 0.1, weight decay 0, gradients clipped at 2');
  const lion = { ...builtIn.optimizers[0], kind: 'lion', title: 'Lion', words: () => ['signs alone'] };
  const noise = { ...builtIn.gradientSteps[0], kind: 'noise', words: () => ['noise on gradients'] };
  expect(optimizerWords(optimizer, { optimizers: [lion], gradientSteps: [noise] })).toBe(
    'Lion, learning rate 0.1, weight decay 0, signs alone, noise on gradients',
  );
  const spec = { training: { loss: 'hinge' }, data: {} } as unknown as Parameters<typeof otherWords>[0];
  expect(otherWords(spec)).toBe('hinge loss');
  expect(otherWords(spec, { losses: [{ kind: 'hinge', title: 'hinge over answers' }] })).toBe(
    'hinge over answers',
  );
  const model = { kind: 'mixer', seed: 0, initScale: 1, width: 8 };
  expect(modelWords(model)).toBe('mixer, width 8');
  const mixer = { ...builtIn.models[0], kind: 'mixer', words: () => ['a mixer of width 8'] };
  expect(modelWords(model, { models: [mixer] })).toBe('a mixer of width 8');
  const perceptron = {
    kind: 'mlp',
    input: 'embedding',
    dEmbed: 4,
    sharedEmbedding: true,
    combine: 'add',
    hidden: [6, 5],
    biases: 'all',
    actFn: 'relu',
    seed: 0,
  };
  expect(modelWords(perceptron)).toBe(
    'relu MLP of 6 and 5, operands embedded in 4 by one table, added, biases',
  );
});
