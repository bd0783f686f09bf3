import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import type { SpecError } from './errors.js';
import { finiteNumber, integer, numberOrNull, oneOf, text, trueOrFalse } from './fields.js';
import { commandNames, commanders } from './run-command.js';
import type { RunSpec } from './run-spec.js';
import { RunSpecSchema } from './run-spec.js';
import { validate } from './validate.js';

/*
 * The facts of a run. Readers accept keys they do not know (the contract may gain some), so that a newer
 * run can be read by an older page. A number that is not finite is null.
 */

const step = integer(0);
const stepOrNull = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
  allowed: 'an integer of at least 0, or null',
});
const message = (allowed = 'a text') => Type.String({ allowed });

const fact = <const K extends string, const P extends Record<string, TSchema>>(type: K, properties: P) =>
  Type.Object({
    type: oneOf(type),
    runId: text(200),
    /** 0, 1, 2, … without gaps. */
    seq: integer(0),
    /** ISO 8601. */
    time: message('an ISO 8601 time'),
    ...properties,
  });

/** Engines by the name events and reports give them. */
export const engineNames = ['wasm', 'gpu:webgpu', 'gpu:webgl2', 'gpu:headlessgl', 'reference'] as const;
/** Why a run ended. */
export const endReasons = [
  'completed',
  'stopConditionMet',
  'stopped',
  'interrupted',
  'diverged',
  'failed',
] as const;

const StartedSchema = fact('started', {
  spec: RunSpecSchema,
  engine: oneOf(...engineNames),
  threads: integer(1),
  relaxedSimd: trueOrFalse(),
  parameterCount: integer(0),
  why: message(),
  resumedFrom: Type.Optional(step),
});

/**
 * Losses and accuracies of the weights after `step` updates, each the mean over all scored tokens of the training or
 * test examples; test fields are null without a test set. With infinite data the training fields are over a fixed
 * sample of the training distribution, the first 512 examples that training draws, and the test fields over a fixed
 * sample of 1,024 that it never draws.
 */
const MetricsSchema = fact('metrics', {
  step,
  trainLoss: numberOrNull(),
  testLoss: numberOrNull(),
  trainAccuracy: numberOrNull(),
  testAccuracy: numberOrNull(),
  sumSquaredWeights: numberOrNull(),
  stepsPerSecond: numberOrNull(),
  /** Where an example has more than one scored token: the test loss of each, in order. */
  testLossByToken: Type.Optional(
    Type.Array(Type.Union([Type.Number(), Type.Null()]), { allowed: 'a list of numbers or nulls' }),
  ),
});

const nullable = Type.Union([Type.Number(), Type.Null()]);
const record = (entries: TSchema = nullable) => Type.Record(Type.String(), entries);
const split = Type.Object({
  train: Type.Optional(nullable),
  test: Type.Optional(nullable),
  all: nullable,
});
const frequencies = Type.Array(Type.Integer({ minimum: 1 }));

/** Of `analyze`'s measures those the task admits. */
const ProgressSchema = fact('progress', {
  step,
  precision: oneOf('float32', 'float64'),
  keys: Type.Optional(oneOf('current', 'final')),
  keyFrequencies: Type.Optional(
    Type.Object(
      {
        neurons: Type.Optional(frequencies),
        neuronLogit: Type.Optional(frequencies),
        embedding: Type.Optional(frequencies),
      },
      { allowed: 'the key frequencies by each rule' },
    ),
  ),
  keyFrequencyRule: Type.Optional(oneOf('neurons', 'neuronLogit', 'embedding')),
  loss: Type.Optional(Type.Object(split.properties, { allowed: 'losses train, test and all' })),
  accuracy: Type.Optional(Type.Object(split.properties, { allowed: 'accuracies train, test and all' })),
  neurons: Type.Optional(
    Type.Object({ assigned: Type.Integer(), byFrequency: record() }, { allowed: 'assigned and byFrequency' }),
  ),
  restrictedLoss: Type.Optional(Type.Object(split.properties, { allowed: 'losses train, test and all' })),
  excludedLoss: Type.Optional(
    Type.Object({ all: nullable, byFrequency: record() }, { allowed: 'all and byFrequency' }),
  ),
  logitFit: Type.Optional(
    Type.Object(
      { coefficients: record(), explained: nullable, loss: nullable },
      { allowed: 'coefficients, explained and loss' },
    ),
  ),
  gini: Type.Optional(
    Type.Object(
      { embedding: nullable, neuronLogit: Type.Optional(nullable) },
      { allowed: 'embedding and neuronLogit' },
    ),
  ),
  sumSquaredWeights: Type.Optional(
    Type.Object({ total: nullable, byTensor: record() }, { allowed: 'total and byTensor' }),
  ),
});

const PhaseSchema = fact('phase', {
  step,
  phase: oneOf('memorization', 'circuitFormation', 'cleanup', 'generalized'),
  /**
   * The numbers the phase was told from, by measure; `measuredAt`: the step they are of; `toldAt`: the step the run had
   * reached when it said so.
   */
  evidence: Type.Record(Type.String(), nullable, { allowed: 'numbers by measure' }),
  /** True where a later look changed what was said before; `revisedFrom` is where the phase was said to begin. */
  revised: Type.Optional(trueOrFalse()),
  revisedFrom: Type.Optional(step),
});

/** A command, with the step at which it took effect. */
const CommandSchema = fact('command', {
  step,
  command: oneOf(...commandNames),
  n: Type.Optional(integer(1)),
  path: Type.Optional(message()),
  value: Type.Optional(finiteNumber()),
  /** The step for which it was ordered, where it did not take effect as soon as it was heard: the same as `step`. */
  at: Type.Optional(step),
  by: Type.Optional(oneOf(...commanders)),
});

/** What becomes of a command that does not take effect at once: it is due at step `at`, or refused; `message` says why. */
const CommandAnswerSchema = fact('commandAnswer', {
  step,
  answer: oneOf('scheduled', 'refused'),
  /** Its name, as given. */
  command: message(),
  n: Type.Optional(integer(1)),
  path: Type.Optional(message()),
  value: Type.Optional(finiteNumber()),
  at: Type.Optional(step),
  by: Type.Optional(oneOf(...commanders)),
  message: message(),
});

/** Weights kept on disk, until a later checkpoint says that they were thinned out. */
const CheckpointSchema = fact('checkpoint', {
  step,
  path: message(),
  /** Steps whose weights were deleted when these were written, so that the run's files stay few. */
  thinned: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { allowed: 'a list of steps' })),
});

const EndedSchema = fact('ended', {
  reason: oneOf(...endReasons),
  step,
  /** Training time in milliseconds: pauses excluded, resumptions added up. */
  elapsedMs: Type.Number({ minimum: 0, allowed: 'a number of at least 0' }),
  /** The part of elapsedMs that went into measuring losses and accuracies, not into steps. */
  evaluationMs: Type.Optional(Type.Number({ minimum: 0, allowed: 'a number of at least 0' })),
  stepsPerSecond: numberOrNull(),
  /** First measured step with train accuracy ≥ 0.99. */
  stepMemorized: stepOrNull,
  /** First measured step with test accuracy ≥ 0.99. */
  stepGeneralized: stepOrNull,
  finalTrainLoss: numberOrNull(),
  finalTestLoss: numberOrNull(),
  finalTestAccuracy: numberOrNull(),
  message: Type.Union([Type.String(), Type.Null()], { allowed: 'a text or null' }),
});

/** Every fact of a run, as a JSON Schema, told apart by `type`. */
export const RunEventSchema = Type.Union([
  StartedSchema,
  MetricsSchema,
  ProgressSchema,
  PhaseSchema,
  CommandSchema,
  CommandAnswerSchema,
  CheckpointSchema,
  EndedSchema,
]);

export type StartedEvent = Omit<Static<typeof StartedSchema>, 'spec'> & { readonly spec: RunSpec };
export type MetricsEvent = Static<typeof MetricsSchema>;
export type ProgressEvent = Static<typeof ProgressSchema>;
export type PhaseEvent = Static<typeof PhaseSchema>;
export type CommandEvent = Static<typeof CommandSchema>;
export type CommandAnswerEvent = Static<typeof CommandAnswerSchema>;
export type CheckpointEvent = Static<typeof CheckpointSchema>;
export type EndedEvent = Static<typeof EndedSchema>;

/** Every fact of a run, told apart by `type`. */
export type RunEvent =
  | StartedEvent
  | MetricsEvent
  | ProgressEvent
  | PhaseEvent
  | CommandEvent
  | CommandAnswerEvent
  | CheckpointEvent
  | EndedEvent;

/** Which engine a run uses. */
export type EngineName = (typeof engineNames)[number];
/** Why a run ended. */
export type EndReason = (typeof endReasons)[number];

/** The type of a fact. */
export type EventType = RunEvent['type'];

/** Every type of fact there is. */
export const eventTypes: readonly EventType[] = RunEventSchema.anyOf.flatMap(
  ({ properties }) => properties.type.enum,
);

/** Decodes one event, already parsed from JSON; unknown keys are kept. */
export function decodeRunEvent(input: unknown): E.Either<readonly SpecError[], RunEvent> {
  const errors = validate(RunEventSchema, input);
  return errors.length > 0 ? E.left(errors) : E.right(input as RunEvent);
}
