import * as E from 'fp-ts/lib/Either.js';
import { additive } from './arithmetic/cyclic.js';
import { modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe, split } from './forms/preset.js';

const task = { kind: 'modularAddition', p: 113 };

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
  ],
});
