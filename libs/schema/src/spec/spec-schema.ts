import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { Catalogue, TaskPart } from '../parts/catalogue.js';
import { kindSchema, plainSchemas, taskPartOf } from '../parts/catalogue.js';
import { batchSize, DataSchema } from './data-spec.js';
import { closed, integer, listOf, numberAbove, oneOf, text } from '../decoding/fields.js';
import { modelSectionSchema } from './model-section.js';
import { optimizerSectionSchema } from './optimizer-rules.js';

/* The schema of a RunSpec, composed of a catalogue's parts. */

const taskSchema = ({ kind, parameters }: TaskPart): TSchema =>
  closed({ kind: oneOf(kind), ...plainSchemas(parameters) });

const anyTask = Type.Object({
  kind: Type.String({ minLength: 1, maxLength: 200, allowed: 'the kind of a task' }),
});

const taskSectionSchema = ({ tasks }: Catalogue): TSchema =>
  tasks === 'any' ? anyTask : Type.Union(tasks.map(taskSchema));

/** The keys of a task of this kind, `kind` included; undefined for an unknown kind. */
export function taskParameters(kind: unknown, catalogue: Catalogue): readonly string[] | undefined {
  const part = taskPartOf(catalogue, kind);
  return part && ['kind', ...Object.keys(part.parameters)];
}

const accuracy = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1,
  allowed: 'a number above 0 and at most 1',
});

/**
 * Ends a run at the first measured step at which all given conditions hold; at least one key is required, a rule the
 * decoder adds.
 */
const StopWhenSchema = closed({
  /** At least this accuracy. */
  testAccuracy: Type.Optional(accuracy),
  /** Below this loss. */
  testLoss: Type.Optional(numberAbove(0)),
  trainLoss: Type.Optional(numberAbove(0)),
});

const trainingSectionSchema = ({ losses }: Catalogue) =>
  closed({
    steps: integer(1),
    batchSize,
    loss: kindSchema(losses),
    stopWhen: Type.Optional(StopWhenSchema),
  });

/** Measures that a spec may name, and the longest name. */
const MAX_NAMED = 100;
const MAX_NAME = 60;

const ObserveSchema = closed({
  metricsEvery: integer(1),
  progressEvery: integer(1),
  checkpointEvery: integer(1),
  /** Measures that are followed only where they are named. Which there are, whoever measures knows. */
  measures: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: MAX_NAME }), {
      minItems: 1,
      maxItems: MAX_NAMED,
      uniqueItems: true,
      allowed: `a list of 1 to ${MAX_NAMED} different names of measures`,
    }),
  ),
});

/** Longest path of a file that a spec names. */
const MAX_PATH = 4096;
/** The most files of parts that a spec may use. */
const MAX_USED = 100;

/** The files whose parts a spec, or all runs of a sweep, may name. */
export const UseSchema = listOf(text(MAX_PATH), 0, MAX_USED, 'paths of files, such as ./my-parts.mjs');

const composed = new WeakMap<Catalogue, TSchema>();

/** The fully resolved spec of one run, as a JSON Schema: its sections with the parts of a catalogue. */
export function runSpecSchema(catalogue: Catalogue): TSchema {
  const known = composed.get(catalogue);
  if (known !== undefined) return known;
  const schema = closed({
    name: text(200),
    use: Type.Optional(UseSchema),
    task: taskSectionSchema(catalogue),
    data: DataSchema,
    model: modelSectionSchema(catalogue),
    optimizer: optimizerSectionSchema(catalogue),
    training: trainingSectionSchema(catalogue),
    observe: ObserveSchema,
  });
  composed.set(catalogue, schema);
  return schema;
}

/** The sections of a RunSpec, in their order. */
export const specSections = [
  'name',
  'use',
  'task',
  'data',
  'model',
  'optimizer',
  'training',
  'observe',
] as const;
