import * as E from 'fp-ts/lib/Either.js';
import { additive } from './arithmetic/cyclic.js';
import { modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe, split } from './forms/preset.js';

const addition = (p: number) => ({ kind: 'modularAddition', p });
const task = addition(113);

/**
 * What the clock and the pizza have in common; theirs has no "=", reads at the second number and takes 20,000 steps.
 * Source: Zhong et al., arXiv:2306.17844 (p 59, 80 % of the pairs, weight decay 2).
 */
const algorithms = {
  optimizer: { lr: 0.003, weightDecay: 2 },
  training: { steps: 1200 },
  observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 50 },
} as const;

/** Source: Gromov, arXiv:2301.02679 (there 500 neurons and p 97). */
const quadratic = (width: number) => ({
  ...{ kind: 'mlp', input: 'oneHot', dEmbed: 256, sharedEmbedding: false, combine: 'concatenate' },
  ...{ hidden: [width], biases: 'none', actFn: 'square', initScale: 1, seed: 0 },
});

/** a + b mod p. */
export const modularAddition = pairTask({
  kind: 'modularAddition',
  teaches:
    'a + b mod p: the published phase change; the network learns trigonometric identities on a few frequencies',
  parameters: { p: modulus },
  exampleCount: ({ p }) => p * p,
  words: ({ p }) => ({ title: `a + b mod ${p}`, sign: '+', ...pairsModulo(p) }),
  pairs: ({ p }) => E.right({ n: p, p, firstB: 0, answer: (a, b) => (a + b) % p, structure: additive(p, 1) }),
  presets: [
    preset(
      'quick-grok',
      'Grokking in 1,200 steps: addition mod 113 is memorised at once, and hundreds of steps later understood.',
      recipe(task, {
        optimizer: { lr: 0.005, weightDecay: 2 },
        training: { steps: 1200 },
        observe: { metricsEvery: 10, progressEvery: 25, checkpointEvery: 50 },
      }),
    ),
    preset(
      'mainline',
      'The published run, step for step: memorisation, a long formation of circuits, then cleanup.',
      recipe(task),
    ),
    preset(
      'two-layers',
      'The published run with a second layer: the same task, and twice as many places where a circuit can form.',
      recipe(task, { model: { nLayers: 2 } }),
    ),
    preset(
      'weight-decay-0.1',
      'A tenth of the weight decay: memorised as fast, understood a dozen times later (the published run: step 90,390).',
      recipe(task, {
        optimizer: { weightDecay: 0.1 },
        training: { steps: 100_000 },
        observe: { metricsEvery: 200, progressEvery: 1000, checkpointEvery: 5000 },
      }),
    ),
    preset(
      'no-weight-decay',
      'No weight decay and 90 % of the pairs: learned without a delay, while the weights keep growing.',
      recipe(task, split(0.9), {
        optimizer: { weightDecay: 0 },
        training: { steps: 5000 },
        observe: { metricsEvery: 20, progressEvery: 100, checkpointEvery: 500 },
      }),
    ),
    preset(
      'large-start',
      'Initial weights twice as large: understood 530 steps after it was learnt by heart; at the usual size 280 steps after, at 0.4 of it 140.',
      // Source: Liu et al., Omnigrok, arXiv:2210.01117 (the size of the initial weights; theirs are images and perceptrons).
      recipe(addition(59), split(0.6), {
        model: { initScale: 2 },
        optimizer: { lr: 0.003 },
        training: { steps: 1000 },
        observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 50 },
      }),
    ),
    preset(
      'clock',
      'The clock: attention by softmax, without a mask. The two circles are multiplied, and the difference of the numbers hardly matters.',
      recipe(addition(59), split(0.8), {
        model: { attention: { causal: false } },
        ...algorithms,
      }),
    ),
    preset(
      'pizza',
      'The pizza: attention that weighs all tokens alike (rate 0). The two circles are added, and the difference of the numbers matters.',
      recipe(addition(59), split(0.8), {
        model: { attention: { rate: 0, causal: false } },
        ...algorithms,
      }),
    ),
    preset(
      'quadratic',
      'One hidden layer of squares on one-hot numbers, by mean squared error: as it generalises, every weight becomes a wave.',
      recipe(addition(59), split(0.4), {
        model: quadratic(256),
        optimizer: { lr: 0.001, weightDecay: 1 },
        training: { steps: 1000, loss: 'meanSquaredError' },
        observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 50 },
      }),
    ),
  ],
});
