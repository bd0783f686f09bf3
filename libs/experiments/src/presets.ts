import type { RunSpecInput } from '@grokscope/schema';

/** A run worth seeing, with what it shows. */
export interface Preset {
  readonly name: string;
  /** One sentence: what there is to see. */
  readonly teaches: string;
  readonly spec: RunSpecInput;
}

/**
 * The published run: what a spec says where it is silent.
 *
 * Source: progress-measures-paper, `transformers.py`.
 */
const mainline = {
  name: 'mainline',
  task: { kind: 'modularAddition', p: 113 },
  data: { trainFraction: 0.3, splitSeed: 0, split: 'cpython' },
  model: {
    nLayers: 1,
    dModel: 128,
    nHeads: 4,
    dHead: 32,
    dMlp: 512,
    actFn: 'relu',
    normalization: 'none',
    initScale: 1,
    seed: 0,
  },
  optimizer: { kind: 'adamW', lr: 0.001, betas: [0.9, 0.98], eps: 1e-8, weightDecay: 1, warmupSteps: 10 },
  training: { steps: 40000, batchSize: 'full', loss: 'crossEntropy' },
  observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 1000 },
} as const satisfies RunSpecInput;

/** The same run with a learning rate and weight decay that tell the whole story in 1,200 steps. */
const quickGrok = {
  ...mainline,
  name: 'quick-grok',
  optimizer: { ...mainline.optimizer, lr: 0.005, weightDecay: 2 },
  training: { ...mainline.training, steps: 1200 },
  observe: { metricsEvery: 10, progressEvery: 25, checkpointEvery: 50 },
} as const satisfies RunSpecInput;

/** Every preset, in the order lists show them. */
export const presets: readonly Preset[] = [
  {
    name: 'quick-grok',
    teaches:
      'Grokking in 1,200 steps: addition mod 113 is memorised at once, and hundreds of steps later understood.',
    spec: quickGrok,
  },
  {
    name: 'mainline',
    teaches: 'The published run, step for step: memorisation, a long formation of circuits, then cleanup.',
    spec: mainline,
  },
];
