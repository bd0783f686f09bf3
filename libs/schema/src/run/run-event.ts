import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { finiteNumber, integer, numberOrNull, oneOf, text, trueOrFalse } from '../decoding/fields.js';
import type { MeasureInfo } from '../parts/measure.js';
import { MeasureDescriptionSchema, measured } from '../parts/measure.js';
import { ToldTaskSchema } from '../parts/told-task.js';
import type { MeasureValues } from '../parts/measure-values.js';
import { forEachName, metricNames } from './metric-scalars.js';
import { commandNames, commanders } from './run-command.js';
import type { RunSpec } from '../spec/run-spec.js';
import type { Catalogue } from '../parts/catalogue.js';
import { anyTaskCatalogue } from '../parts/core-parts.js';
import { runSpecSchema } from '../spec/spec-schema.js';
import { validate } from '../decoding/validate.js';

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

/** Engines, by their names in events and reports. */
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

const startedSchema = (catalogue: Catalogue) =>
  fact('started', {
    spec: runSpecSchema(catalogue),
    engine: oneOf(...engineNames),
    threads: integer(1),
    relaxedSimd: trueOrFalse(),
    parameterCount: integer(0),
    why: message(),
    resumedFrom: Type.Optional(step),
    /** The description of the run's task, if it is not built in. */
    toldTask: Type.Optional(ToldTaskSchema),
    /** The measures of the run that are not built in, so that readers without their code can show them. */
    measures: Type.Optional(
      Type.Array(MeasureDescriptionSchema, { allowed: 'a list of measures, each described' }),
    ),
  });

/**
 * Losses and accuracies of the weights after `step` updates, each the mean over all scored tokens of the training or
 * test examples; test fields are null without a test set. With infinite data the training fields are over a fixed
 * sample of the training distribution, the first 512 examples that training draws, and the test fields over a fixed
 * sample of 1,024 that it never draws.
 */
const MetricsSchema = fact('metrics', {
  step,
  ...forEachName(metricNames, numberOrNull),
  /** Where an example has more than one scored token: the test loss of each, in their order. */
  testLossByToken: Type.Optional(
    Type.Array(Type.Union([Type.Number(), Type.Null()]), { allowed: 'a list of numbers or nulls' }),
  ),
});

const nullable = Type.Union([Type.Number(), Type.Null()]);

const PROGRESS = {
  step,
  precision: oneOf('float32', 'float64'),
  keys: Type.Optional(oneOf('current', 'final')),
  measures: Type.Optional(Type.Record(Type.String(), measured.number(), { allowed: 'numbers by measure' })),
};

/** The numbers of those measures that the task and model admit, by name. */
const progressSchema = (measures: readonly MeasureInfo[]) =>
  fact('progress', {
    ...PROGRESS,
    ...Object.fromEntries(
      measures.flatMap(({ name, value }) => (value ? [[name, Type.Optional(value)] as const] : [])),
    ),
  });
const PhaseSchema = fact('phase', {
  step,
  phase: oneOf('memorization', 'circuitFormation', 'cleanup', 'generalized'),
  /**
   * The numbers on which the phase was judged, by measure; `measuredAt`: the step they belong to; `toldAt`: the step
   * the run had reached when it reported the phase.
   */
  evidence: Type.Record(Type.String(), nullable, { allowed: 'numbers by measure' }),
  /**
   * True if a later look changed an earlier report; `revisedFrom` is the step at which the phase was first reported to
   * begin.
   */
  revised: Type.Optional(trueOrFalse()),
  revisedFrom: Type.Optional(step),
});

/**
 * A run that had generalised falls back: its test accuracy, at least 0.99 at the measurement of `learnedAt` (the last such
 * one), is below 0.9 at `step`. Told once for each fall: again only after it has been at 0.99.
 */
const FallSchema = fact('fall', {
  step,
  learnedAt: step,
  testAccuracy: Type.Number({ minimum: 0, maximum: 1, allowed: 'a number from 0 to 1' }),
});

/** A command, with the step at which it took effect. */
const CommandSchema = fact('command', {
  step,
  command: oneOf(...commandNames),
  n: Type.Optional(integer(1)),
  path: Type.Optional(message()),
  value: Type.Optional(finiteNumber()),
  /** The step for which it was ordered, if it did not take effect as soon as it was received: the same as `step`. */
  at: Type.Optional(step),
  by: Type.Optional(oneOf(...commanders)),
});

/**
 * The state of a command that does not take effect at once: it is due at step `at`, or refused; `message` gives the
 * reason.
 */
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

/** Weights kept on disk, until a later checkpoint reports that they were thinned out. */
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
  /** The part of `elapsedMs` that was spent measuring losses and accuracies, not on steps. */
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

/**
 * Every fact of a run, as a JSON Schema, told apart by `type`: its spec composed of the parts of a catalogue (default:
 * any), its progress of the values of these measures.
 */
export const runEventSchema = (
  measures: readonly MeasureInfo[] = [],
  catalogue: Catalogue = anyTaskCatalogue,
): TSchema =>
  Type.Union([
    startedSchema(catalogue),
    MetricsSchema,
    progressSchema(measures),
    PhaseSchema,
    FallSchema,
    CommandSchema,
    CommandAnswerSchema,
    CheckpointSchema,
    EndedSchema,
  ]);

/** The start of a run, or of its resumption: its spec, engine and threads, and the parts that are not built in. */
export type StartedEvent = Omit<Static<ReturnType<typeof startedSchema>>, 'spec'> & {
  readonly spec: RunSpec;
};
/** Losses and accuracies of one step; see `metricScalars`. */
export type MetricsEvent = Static<typeof MetricsSchema>;
type ProgressFact = Static<ReturnType<typeof fact<'progress', typeof PROGRESS>>>;
/** The measures of one step, by name, and the settings they were measured with. */
export type ProgressEvent = ProgressFact & {
  readonly [M in keyof MeasureValues]?: MeasureValues[M];
};
/** A phase of grokking, with the step at which it begins and the numbers it was judged by. */
export type PhaseEvent = Static<typeof PhaseSchema>;
/** A run that had generalised falls back: its test accuracy is below 0.9 after it was at least 0.99. */
export type FallEvent = Static<typeof FallSchema>;
/** A command that was carried out, with the step and who gave it. */
export type CommandEvent = Static<typeof CommandSchema>;
/** A command that is due at a later step, or refused. */
export type CommandAnswerEvent = Static<typeof CommandAnswerSchema>;
/** Weights that were written to the disk. */
export type CheckpointEvent = Static<typeof CheckpointSchema>;
/** The end of a run, with its reason and its last measurements. */
export type EndedEvent = Static<typeof EndedSchema>;

/** Every fact of a run, told apart by `type`. */
export type RunEvent =
  | StartedEvent
  | MetricsEvent
  | ProgressEvent
  | PhaseEvent
  | FallEvent
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
export const eventTypes = Object.keys({
  started: true,
  metrics: true,
  progress: true,
  phase: true,
  fall: true,
  command: true,
  commandAnswer: true,
  checkpoint: true,
  ended: true,
} satisfies Record<EventType, true>) as readonly EventType[];

/**
 * Decodes one event, already parsed from JSON; unknown keys are kept, and the task of its spec may be of any kind.
 * Values of `measures` are checked by their schemas; those of other measures are accepted as they are.
 */
export function decodeRunEvent(
  input: unknown,
  measures: readonly MeasureInfo[] = NONE,
): E.Either<readonly SpecError[], RunEvent> {
  const errors = validate(schemaFor(measures), input);
  return errors.length > 0 ? E.left(errors) : E.right(input as RunEvent);
}

const NONE: readonly MeasureInfo[] = [];
const schemas = new WeakMap<readonly MeasureInfo[], TSchema>();

/** One schema for each list of measures, since events come by the thousand. */
function schemaFor(measures: readonly MeasureInfo[]): TSchema {
  const known = schemas.get(measures);
  if (known) return known;
  const schema = runEventSchema(measures);
  schemas.set(measures, schema);
  return schema;
}
