/*
 * What specs of tasks with infinite data say where they are silent: their presets' recipes, over the mainline's.
 */

const infinite = { infinite: true, splitSeed: 0, split: 'native' } as const;

/** By kind of task: the sections that differ from the mainline's. */
export const sampledDefaults = {
  /** Source: progress-measures-paper, 5-digit addition. */
  digitAddition: {
    name: 'digit-addition',
    data: infinite,
    optimizer: { lr: 1e-4, weightDecay: 0.1 },
    training: { steps: 20000, batchSize: 64 },
    observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 1000 },
  },
  /** Source: progress-measures-paper, repeated subsequences. */
  repeatedSubsequence: {
    name: 'repeated-subsequence',
    data: infinite,
    model: { nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
    optimizer: { betas: [0.9, 0.999], warmupSteps: 100 },
    training: { steps: 2000, batchSize: 128 },
    observe: { metricsEvery: 20, progressEvery: 100, checkpointEvery: 200 },
  },
  /** This project's own generator, and so its own recipe. */
  skipTrigram: {
    name: 'skip-trigram',
    data: infinite,
    model: { dMlp: 0 },
    training: { steps: 1000, batchSize: 64 },
    observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 100 },
  },
} as const;
