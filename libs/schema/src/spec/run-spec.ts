import type { DataInput, DataSpec } from './data-spec.js';
import type { ModelSpec } from './model-spec.js';
import type { OptimizerInput, OptimizerSpec } from './optimizer-spec.js';
import type { TaskSpec } from '../parts/task-spec.js';

/* The RunSpec: the complete description of one run. Its schema is in `spec-schema.ts`. */

/** How long, on what batches and with which loss a run trains. */
export type TrainingSpec = {
  steps: number;
  /** Examples in each step; `full`: the whole training set. */
  batchSize: 'full' | number;
  /**
   * `stableMax`: cross-entropy of StableMax in place of the softmax. `meanSquaredError`: for each position, the mean
   * over all outputs of (logit − onehot)².
   */
  loss: 'crossEntropy' | 'stableMax' | 'meanSquaredError';
  /** Ends the run at the first measured step at which all given conditions hold. */
  stopWhen?: {
    /** At least this accuracy. */
    testAccuracy?: number;
    /** Below this loss. */
    testLoss?: number;
    trainLoss?: number;
  };
};
/** How often facts are taken, in steps, and which. */
export type ObserveSpec = {
  metricsEvery: number;
  progressEvery: number;
  checkpointEvery: number;
  /** Measures that are followed only where they are named, in `progress` events; absent: none of those. */
  measures?: string[];
};

/**
 * The full description of one run, every default filled in; `Task` and `Model` are those of its catalogue (see the room
 * `parts`).
 */
export interface RunSpec<Task extends TaskSpec = TaskSpec, Model extends ModelSpec = ModelSpec> {
  name: string;
  /** Files of parts that are not built in; absent where there are none. */
  readonly use?: readonly string[];
  task: Task;
  readonly data: DataSpec;
  model: Model;
  optimizer: OptimizerSpec;
  training: TrainingSpec;
  observe: ObserveSpec;
}

/** A RunSpec as a user writes it: only `task` is required. */
export interface RunSpecInput<Task = TaskSpec, Model = Partial<ModelSpec>> {
  readonly name?: string;
  /** Files whose parts (`defineTask`, `defineModel`, …) this spec names; in code, relative to the working directory. */
  readonly use?: readonly string[];
  readonly task: Task;
  readonly data?: DataInput;
  readonly model?: Model;
  readonly optimizer?: OptimizerInput;
  readonly training?: Partial<TrainingSpec>;
  readonly observe?: Partial<ObserveSpec>;
}

/** A RunSpec as a user writes it over a preset, whose settings apply where it leaves them out. */
export interface BasedSpecInput<Task = TaskSpec, Model = Partial<ModelSpec>> extends Omit<
  Partial<RunSpecInput<TaskSpec, Model>>,
  'task'
> {
  /** The preset's name. */
  readonly base: string;
  readonly task?: Partial<Task>;
}

/**
 * The input that every entry point accepts: a RunSpec, complete or without keys that have defaults, or one over a
 * preset.
 */
export type SpecInput = RunSpec | RunSpecInput | BasedSpecInput;

/**
 * The defaults of a spec: the mainline run.
 *
 * Source: progress-measures-paper, `transformers.py`.
 */
export const runSpecDefaults = {
  name: 'mainline',
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
} as const satisfies Omit<RunSpecInput, 'task'>;
