import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, integer, numberAbove, oneOf, text } from './fields.js';
import { ModelSchema, type ModelSpec } from './model-spec.js';
import { OptimizerSchema, type OptimizerInput } from './optimizer-spec.js';

/*
 * The RunSpec: one run, said completely. What is admitted here is what this version can train; keys and kinds
 * the outward contract names beyond that are listed in `unavailable` and refused as such.
 */

/** The largest modulus: all p² examples are measured at once, and 4 GiB hold the mainline model's values for them. */
export const MAX_MODULUS = 500;

const p = integer(2, MAX_MODULUS);

/** `a ∘ b mod p` for one of four operations; division needs a prime p and leaves out b = 0. */
const modularTask = <const K extends string>(kind: K) => closed({ kind: oneOf(kind), p });

const TaskSchema = Type.Union([
  modularTask('modularAddition'),
  modularTask('modularSubtraction'),
  modularTask('modularMultiplication'),
  modularTask('modularDivision'),
  closed({ kind: oneOf('modularPolynomial'), p, expression: text(200) }),
]);

const seed = integer(0);
const split = oneOf('native', 'cpython');
const openUnit = Type.Number({
  exclusiveMinimum: 0,
  exclusiveMaximum: 1,
  allowed: 'a number above 0 and below 1',
});

/** `trainFraction` or `trainExamples`, exactly one: a rule the decoder adds. */
const DataSchema = closed({
  trainFraction: Type.Optional(openUnit),
  trainExamples: Type.Optional(integer(1)),
  splitSeed: seed,
  split,
});

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
  batchSize: oneOf('full'),
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

/** What is learned, told apart by `kind`. */
export type TaskSpec = Static<typeof TaskSchema>;
/** The kinds of task this version can train. */
export type TaskKind = TaskSpec['kind'];
/** Which examples are trained on: how many, as a fraction or a number, and the order they are drawn from. */
export type DataSpec = Omit<Static<typeof DataSchema>, 'trainFraction' | 'trainExamples'> &
  (
    | { readonly trainFraction: number; readonly trainExamples?: never }
    | { readonly trainExamples: number; readonly trainFraction?: never }
  );
/** How long, on what, and towards which loss. */
export type TrainingSpec = Static<typeof TrainingSchema>;
/** How often facts are taken, in steps. */
export type ObserveSpec = Static<typeof ObserveSchema>;
/** The full description of one run, every default filled in. */
export type RunSpec = Omit<Static<typeof RunSpecSchema>, 'data'> & { readonly data: DataSpec };

/** A RunSpec as a user writes it: only `task` is required. */
export interface RunSpecInput {
  readonly name?: string;
  readonly task: TaskSpec;
  readonly data?: Partial<Static<typeof DataSchema>>;
  readonly model?: Partial<ModelSpec>;
  readonly optimizer?: OptimizerInput;
  readonly training?: Partial<TrainingSpec>;
  readonly observe?: Partial<ObserveSpec>;
}

/** Every kind of task that decodes. */
export const taskKinds: readonly TaskKind[] = [
  'modularAddition',
  'modularSubtraction',
  'modularMultiplication',
  'modularDivision',
  'modularPolynomial',
];

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

/** Keys the contract names that this version cannot honour, and what to write in their place. */
export const unavailableKeys: Readonly<Record<string, string>> = {
  'data.infinite': 'trainFraction or trainExamples: the tasks of this version have finitely many examples',
  'data.labelNoise': 'a spec without it: labels are as the task defines them',
};

/** The keys of a task of this kind, `kind` included; undefined for a kind that is not known. */
export function taskParameters(kind: unknown): readonly string[] | undefined {
  const variant = TaskSchema.anyOf.find((schema) =>
    (schema.properties.kind.enum as unknown[]).includes(kind),
  );
  return variant === undefined ? undefined : Object.keys(variant.properties);
}
