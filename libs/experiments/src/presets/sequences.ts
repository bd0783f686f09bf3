import type { RunSpecInput } from '@grokscope/schema';
import { mainline } from './mainline.js';
import { named, type Preset } from './preset.js';

const drawn = { splitSeed: 0, split: 'native' } as const;

/**
 * Source: the 5-digit addition of progress-measures-paper: 1 layer of width 128, lr 1e-4, weight decay 0.1, batches
 * of 64.
 */
const digitAddition = {
  ...mainline,
  task: { kind: 'digitAddition', digits: 5 },
  data: { infinite: true, ...drawn },
  optimizer: { ...mainline.optimizer, lr: 1e-4, weightDecay: 0.1 },
  training: { ...mainline.training, steps: 20000, batchSize: 64 },
} as const satisfies RunSpecInput;

/**
 * Source: the repeated subsequences of progress-measures-paper: 2 attention-only layers of width 48, lr 1e-3, weight
 * decay 1, betas (0.9, 0.999), 100 steps of warm-up, batches of 128. A single residual stream, where the published
 * checkpoint has x ← 2x + attn(x).
 */
const repeatedSubsequence = {
  ...mainline,
  task: { kind: 'repeatedSubsequence', length: 85, subsequence: 16, repeats: 3, vocabulary: 128 },
  data: { infinite: true, ...drawn },
  model: { ...mainline.model, nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
  optimizer: { ...mainline.optimizer, betas: [0.9, 0.999], warmupSteps: 100 },
  training: { ...mainline.training, steps: 2000, batchSize: 128 },
  observe: { metricsEvery: 20, progressEvery: 100, checkpointEvery: 200 },
} as const satisfies RunSpecInput;

/** This project's own generator, and so its own recipe: the mainline's model without its MLP. */
const skipTrigram = {
  ...mainline,
  task: { kind: 'skipTrigram', length: 16, markers: 16, vocabulary: 64 },
  data: { infinite: true, ...drawn },
  model: { ...mainline.model, dMlp: 0 },
  training: { ...mainline.training, steps: 1000, batchSize: 64 },
  observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 100 },
} as const satisfies RunSpecInput;

/** The tasks that draw their examples: on ever new ones, and on a fixed number. */
export const sequencePresets: readonly Preset[] = [
  named(
    'digit-addition',
    '5-digit addition on ever new sums: the digits of the sum are learned one after another, each a small phase change.',
    digitAddition,
  ),
  named(
    'digit-addition-finite',
    '5-digit addition on 700 fixed sums: memorised first (published: step 704) and understood much later (step 11,386).',
    {
      ...digitAddition,
      data: { trainExamples: 700, ...drawn },
      training: { ...digitAddition.training, steps: 20000, batchSize: 'full' },
    },
  ),
  named(
    'repeated-subsequence',
    'Induction on ever new sequences: little for a thousand steps, then a phase change (published, with a doubled residual: near step 850).',
    repeatedSubsequence,
  ),
  named(
    'induction',
    'The same with a tenth of the weight decay: a sharp phase change near step 800, and heads that stand out by their attention.',
    { ...repeatedSubsequence, optimizer: { ...repeatedSubsequence.optimizer, weightDecay: 0.1 } },
  ),
  named(
    'repeated-subsequence-finite',
    'Induction on 512 fixed sequences: memorised first (published: by step 2,065) while the test loss rises far above guessing.',
    {
      ...repeatedSubsequence,
      data: { trainExamples: 512, ...drawn },
      training: { ...repeatedSubsequence.training, steps: 20000 },
      observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 1000 },
    },
  ),
  named(
    'skip-trigram',
    '"A … B → C" on ever new sequences: the trigger learns to attend to the marker, in a single phase change.',
    skipTrigram,
  ),
  named(
    'skip-trigram-finite',
    '"A … B → C" on 64 fixed sequences: all of them known by step 90, unseen ones right one or two hundred steps later.',
    {
      ...skipTrigram,
      data: { trainExamples: 64, ...drawn },
      training: { ...skipTrigram.training, batchSize: 'full' },
    },
  ),
];
