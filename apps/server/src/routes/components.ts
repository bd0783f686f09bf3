import { builtInMeasures } from '@grokscope/interpret';
import { builtIn } from '@grokscope/parts';
import {
  ListedRunSchema,
  NotesChangeSchema,
  PruneOrderSchema,
  SweepSpecSchema,
  outcomeFields,
  provenanceFields,
  runEventSchema,
  runSpecSchema,
  runStates,
} from '@grokscope/schema';
import { analysisSchema } from './analysis-schema.js';
import type { Json } from './json-schema.js';
import {
  asInput,
  count,
  countOrNull,
  listOf,
  mapOf,
  numberOrNull,
  object,
  plain,
  ref,
  text,
  yesOrNo,
} from './json-schema.js';
import { runCommand, socketSchemas } from './socket-schemas.js';

/*
 * What the interface's description says of bodies and answers. Everything that @grokscope/schema decodes is described
 * by the schema that decodes it.
 */

const notes = { note: text, tags: listOf(text), revision: text };
const state = { enum: runStates };
const runSpec = plain(runSpecSchema(builtIn));
const { properties: specProperties, ...specRest } = asInput(runSpec) as Json;

const fault = {
  code: text,
  message: text,
  path: { type: 'string', description: 'where in the input' },
  allowed: { type: 'string', description: 'what may stand there' },
};
const error = object({ ...fault, errors: listOf(object(fault, ['code', 'message'])) }, ['code', 'message']);

const outcome = plain(outcomeFields);
const summary = plain(ListedRunSchema) as { readonly properties: Json; readonly required: readonly string[] };

const sweep = { sweepId: text, name: text, createdAt: text, elapsedMs: numberOrNull, workers: count };

/** The schemas of bodies and answers, by name. */
export const components: Readonly<Record<string, Json>> = {
  RunSpec: runSpec,
  RunSpecInput: {
    ...specRest,
    required: [],
    properties: {
      ...(specProperties as Json),
      base: { type: 'string', description: 'a preset to start from' },
    },
    anyOf: [{ required: ['task'] }, { required: ['base'] }],
  },
  PresetOrder: {
    ...object({ preset: text, set: { type: ['object', 'array'] } }, ['preset']),
    description: '`set`: an object of values by spec path, or a list of `path=value` texts',
    additionalProperties: false,
  },
  RunCommand: runCommand,
  RunEvent: plain(runEventSchema(builtInMeasures, builtIn)),
  NotesChange: plain(NotesChangeSchema),
  PruneOrder: plain(PruneOrderSchema),
  PruneReport: object({ runId: text, kept: listOf(count), removed: listOf(count), freedBytes: count }),
  RunNotes: {
    ...object(notes),
    description: '`revision` is another once note or tags differ; send it with a change made of these',
  },
  ...socketSchemas,
  Health: object(
    { ok: { const: true }, name: text, version: text, runs: text, runsDir: text, settings: {} },
    [...['ok', 'name', 'version', 'runs']],
  ),
  RunSummary: summary,
  Run: object({ ...summary.properties, spec: ref('RunSpec') }, [...summary.required, 'spec']),
  Series: object({
    runId: text,
    metric: text,
    exact: yesOrNo,
    points: listOf(object({ from: count, to: count, min: numberOrNull, max: numberOrNull })),
  }),
  Comparison: {
    ...object({
      runs: listOf(
        object({ runId: text, state, step: count, ...outcome, ...plain(provenanceFields) }, [
          ...['runId', 'state', 'step'],
          ...Object.keys(outcome),
        ]),
      ),
      differences: listOf(object({ path: text, values: listOf({}) })),
    }),
    description: 'Values in the order of the runs, null where a run has none',
  },
  Analysis: analysisSchema,
  Preset: object({ name: text, teaches: text, spec: ref('RunSpec') }),
  Task: object({ kind: text, teaches: text, parameters: mapOf(text, 'what is allowed, by key') }),
  Engine: object({ name: text, available: yesOrNo, why: text }),
  SweepSummary: {
    ...object({ ...sweep, runs: count }),
    description: '`runs`: how many were begun; `elapsedMs`: of the starts that came to their end',
  },
  Sweep: object({
    ...sweep,
    spec: plain(SweepSpecSchema),
    runs: listOf(
      object({
        cell: { type: 'string', description: 'the values that it has of the sweep’s own' },
        runId: text,
        state: { anyOf: [state, { type: 'null' }], description: 'null: the run was deleted' },
        step: countOrNull,
        ...outcome,
      }),
    ),
  }),
  Error: object({ error }),
  NotesConflict: object({ error, notes: ref('RunNotes') }),
};
