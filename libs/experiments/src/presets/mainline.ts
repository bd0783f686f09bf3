import { runSpecDefaults, type RunSpecInput } from '@grokscope/schema';
import { named, type Preset } from './preset.js';

/** The published run: what a spec says where it is silent. */
export const mainline = {
  ...runSpecDefaults,
  task: { kind: 'modularAddition', p: 113 },
} as const satisfies RunSpecInput;

/** The same run with a learning rate and weight decay that tell the whole story in 1,200 steps. */
const quickGrok = {
  ...mainline,
  optimizer: { ...mainline.optimizer, lr: 0.005, weightDecay: 2 },
  training: { ...mainline.training, steps: 1200 },
  observe: { metricsEvery: 10, progressEvery: 25, checkpointEvery: 50 },
} as const satisfies RunSpecInput;

/** Addition mod 113: the published run and what was varied of it. */
export const mainlinePresets: readonly Preset[] = [
  named(
    'quick-grok',
    'Grokking in 1,200 steps: addition mod 113 is memorised at once, and hundreds of steps later understood.',
    quickGrok,
  ),
  named(
    'mainline',
    'The published run, step for step: memorisation, a long formation of circuits, then cleanup.',
    mainline,
  ),
  named(
    'two-layers',
    'The published run with a second layer: the same task, and twice as many places where a circuit can form.',
    { ...mainline, model: { ...mainline.model, nLayers: 2 } },
  ),
  named(
    'weight-decay-0.1',
    'A tenth of the weight decay: memorised as fast, understood a dozen times later (the published run: step 90,390).',
    {
      ...mainline,
      optimizer: { ...mainline.optimizer, weightDecay: 0.1 },
      training: { ...mainline.training, steps: 100_000 },
      observe: { metricsEvery: 200, progressEvery: 1000, checkpointEvery: 5000 },
    },
  ),
  named(
    'no-weight-decay',
    'No weight decay and 90 % of the pairs: learned without a delay, while the weights keep growing.',
    {
      ...mainline,
      data: { ...mainline.data, trainFraction: 0.9 },
      optimizer: { ...mainline.optimizer, weightDecay: 0 },
      training: { ...mainline.training, steps: 5000 },
      observe: { metricsEvery: 20, progressEvery: 100, checkpointEvery: 500 },
    },
  ),
];
