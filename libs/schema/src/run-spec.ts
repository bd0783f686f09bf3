import Type from 'typebox';
import type { Static } from 'typebox';
import type { DataSpec } from './data-spec.js';
import { batchSize, DataSchema } from './data-spec.js';
import { closed, integer, numberAbove, oneOf, text } from './fields.js';
import { ModelSchema, type ModelSpec } from './model-spec.js';
import { OptimizerSchema, type OptimizerInput } from './optimizer-spec.js';
import type { TaskInput } from './task-spec.js';
import { TaskSchema } from './task-spec.js';

/* The RunSpec: one run, said completely. */

const accuracy = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1,
  allowed: 'a number above 0 and at most 1',
});

/** Ends a run at the first measured step at which everything named holds; at least one key, a rule the decoder adds. */
const StopWhenSchema = closed({
  /** At least this accuracy. */
  testAccuracy: Type.Optional(accuracy),
  /** Below this loss. */
  testLoss: Type.Optional(numberAbove(0)),
  trainLoss: Type.Optional(numberAbove(0)),
});

const TrainingSchema = closed({
  steps: integer(1),
  /** Examples a step; `full`: all that are trained on. */
  batchSize,
  /** `stableMax`: cross-entropy of StableMax in place of the softmax. */
  loss: oneOf('crossEntropy', 'stableMax'),
  stopWhen: Type.Optional(StopWhenSchema),
});

const ObserveSchema = closed({
  metricsEvery: integer(1),
  progressEvery: integer(1),
  checkpointEvery: integer(1),
});

/** The fully resolved spec of one run, as a JSON Schema. */
export const RunSpecSchema = closed({
  name: text(200),
  task: TaskSchema,
  data: DataSchema,
  model: ModelSchema,
  optimizer: OptimizerSchema,
  training: TrainingSchema,
  observe: ObserveSchema,
});

/** How long, on what, and towards which loss. */
export type TrainingSpec = Static<typeof TrainingSchema>;
/** How often facts are taken, in steps. */
export type ObserveSpec = Static<typeof ObserveSchema>;
/** The full description of one run, every default filled in. */
export type RunSpec = Omit<Static<typeof RunSpecSchema>, 'data'> & { readonly data: DataSpec };

/** A RunSpec as a user writes it: only `task` is required. */
export interface RunSpecInput {
  readonly name?: string;
  readonly task: TaskInput;
  readonly data?: Partial<Static<typeof DataSchema>>;
  readonly model?: Partial<ModelSpec>;
  readonly optimizer?: OptimizerInput;
  readonly training?: Partial<TrainingSpec>;
  readonly observe?: Partial<ObserveSpec>;
}

/** A RunSpec as a user writes it over a preset, whose entries hold where it is silent. */
export interface BasedSpecInput extends Omit<Partial<RunSpecInput>, 'task'> {
  /** The preset's name. */
  readonly base: string;
  readonly task?: Partial<TaskInput>;
}

/** What every door takes: a RunSpec, whole or with what has a default left out, or one over a preset. */
export type SpecInput = RunSpec | RunSpecInput | BasedSpecInput;

/**
 * What a spec says where it is silent: the mainline run.
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
