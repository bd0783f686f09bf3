import type { FastifyInstance } from 'fastify';
import {
  ClientMessageSchema,
  NotesChangeSchema,
  PruneOrderSchema,
  RunCommandSchema,
  RunEventSchema,
  RunSpecSchema,
} from '@grokscope/schema';
import { outlineColumns } from '@grokscope/store';

/*
 * What the interface's description says of bodies and answers. Everything that @grokscope/schema decodes is described
 * by the schema that decodes it.
 */

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const numberOrNull = { type: ['number', 'null'] };
const object = (properties: Json, required = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required,
});
const ref = (name: string): Json => ({ $ref: `${name}#` });
const listOf = (items: Json): Json => ({ type: 'array', items });
const notes = { note: text, tags: listOf(text), revision: text };
const state = {
  enum: ['running', 'paused', 'stale', 'interrupted', 'completed', 'stopped', 'diverged', 'failed'],
};

/** A schema for what a user writes: what has a default may be left out, but not what tells kinds apart. */
export function asInput(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asInput);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key !== 'required') return [key, asInput(value)];
    return [key, (value as readonly string[]).filter((name) => name === 'kind')];
  });
  return Object.fromEntries(entries);
}

const plain = (schema: unknown): Json => JSON.parse(JSON.stringify(schema)) as Json;
const { properties: specProperties, ...specRest } = asInput(plain(RunSpecSchema)) as Json;

const fault = {
  code: text,
  message: text,
  path: { type: 'string', description: 'where in the input' },
  allowed: { type: 'string', description: 'what may stand there' },
};

const components: Readonly<Record<string, Json>> = {
  RunSpec: plain(RunSpecSchema),
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
  RunCommand: plain(RunCommandSchema),
  RunEvent: plain(RunEventSchema),
  NotesChange: plain(NotesChangeSchema),
  PruneOrder: plain(PruneOrderSchema),
  RunNotes: {
    ...object(notes),
    description: '`revision` is another once note or tags differ; send it with a change made of these',
  },
  ClientMessage: {
    ...plain(ClientMessageSchema),
    description: 'What a client sends over the WebSocket at /ws, as JSON text',
  },
  ServerMessage: {
    description:
      'What the server sends over the WebSocket at /ws, as JSON text; tensors come as binary frames',
    anyOf: [
      object({ type: { const: 'event' }, event: ref('RunEvent') }),
      object({ type: { const: 'caughtUp' }, runId: text, seq: { type: 'integer', minimum: -1 } }),
      object({ type: { const: 'error' }, code: text, message: text }),
      object({ type: { const: 'pong' } }),
    ],
  },
  RunSummary: object({
    runId: text,
    name: text,
    task: text,
    state,
    step: count,
    steps: count,
    createdAt: text,
    updatedAt: text,
    engine: { type: ['string', 'null'] },
    threads: { type: ['integer', 'null'] },
    lastSeq: { type: 'integer', minimum: -1 },
    ...Object.fromEntries(
      ['trainLoss', 'testLoss', 'trainAccuracy', 'testAccuracy', 'stepMemorized', 'stepGeneralized'].map(
        (name) => [name, numberOrNull],
      ),
    ),
    reason: { type: ['string', 'null'] },
    ...notes,
    problem: { type: ['string', 'null'] },
    controllable: { type: 'boolean' },
  }),
  Error: object({
    error: object({ ...fault, errors: listOf(object(fault, ['code', 'message'])) }, ['code', 'message']),
  }),
};

/** Makes the schemas known by their names. */
export function addSchemas(app: FastifyInstance): void {
  for (const [$id, schema] of Object.entries(components)) app.addSchema({ ...schema, $id });
}

/** The answer that an error is, of whatever status. */
const failure = { '4xx': { description: 'Refused', ...ref('Error') } };
const answer = (description: string, schema: Json, type = 'application/json'): Json => ({
  description,
  content: { [type]: { schema } },
});
const runParams = (others: Json = {}): Json => object({ id: { type: 'string', maxLength: 100 }, ...others });
const step = { type: 'string', pattern: '^(newest|\\d{1,15})$' };
const binary = { type: 'string', format: 'binary' };

/** The description of each route. */
export const routeSchemas = {
  health: {
    summary: 'Who this is; asks for no token',
    security: [],
    response: {
      200: answer('Alive', object({ ok: { const: true }, name: text, version: text, runs: text })),
    },
  },
  list: {
    summary: 'All runs, newest first',
    response: { 200: answer('The runs', listOf(ref('RunSummary'))), ...failure },
  },
  start: {
    summary: 'Start a run: a RunSpec (defaults filled in, `base` for a preset), or {preset, set}',
    body: { anyOf: [ref('RunSpecInput'), ref('PresetOrder')] },
    response: { 201: answer('Started', object({ runId: text })), ...failure },
  },
  get: {
    summary: 'One run: its state and its spec',
    params: runParams(),
    response: {
      200: answer('The run', { allOf: [ref('RunSummary'), object({ spec: ref('RunSpec') })] }),
      ...failure,
    },
  },
  command: {
    summary:
      'Pause, resume, step, stop, or set a value of a live run; resume goes on with one that broke off',
    params: runParams(),
    body: ref('RunCommand'),
    response: { 202: answer('Passed on', object({ accepted: { const: true } })), ...failure },
  },
  readNotes: {
    summary: 'What people say of a run, and its revision',
    params: runParams(),
    response: { 200: answer('What is said of the run', ref('RunNotes')), ...failure },
  },
  notes: {
    summary:
      'Say something of a run, live or not: set its note, add tags, remove tags; returns all that is said. With `revision`, the one the change was made of: others’ newer words are not overwritten',
    params: runParams(),
    body: ref('NotesChange'),
    response: {
      200: answer('What is said of the run', ref('RunNotes')),
      409: answer('It has changed since; nothing was written', {
        allOf: [ref('Error'), object({ notes: ref('RunNotes') }, ['notes'])],
      }),
      ...failure,
    },
  },
  prune: {
    summary:
      'Delete checkpoints of a run that is not live, but the newest `keepLast` and those at multiples of `keepEvery`; `dryRun` only says which',
    params: runParams(),
    body: ref('PruneOrder'),
    response: {
      200: answer(
        'What was deleted, or would be',
        object({ runId: text, kept: listOf(count), removed: listOf(count), freedBytes: count }),
      ),
      ...failure,
    },
  },
  compare: (maxRuns: number) => ({
    summary: `In which settings runs differ, and what came of each, as \`grokscope compare\` gives it; \`runs\`: 2 to ${maxRuns} ids with commas between`,
    querystring: object({ runs: text }),
    response: {
      200: answer(
        'The comparison; values in the order of the runs, null where a spec has none',
        object({
          runs: listOf(
            object({
              runId: text,
              state,
              step: count,
              ...Object.fromEntries(
                ['testLoss', 'testAccuracy', 'stepGeneralized'].map((name) => [name, numberOrNull]),
              ),
            }),
          ),
          differences: listOf(object({ path: text, values: listOf({}) })),
        }),
      ),
      ...failure,
    },
  }),
  remove: {
    summary: 'Delete a run that is not live',
    params: runParams(),
    response: { 204: { description: 'Deleted', type: 'null' }, ...failure },
  },
  events: {
    summary: 'The events after seq `since`, one JSON object a line',
    params: runParams(),
    querystring: object({ since: { type: 'integer', minimum: -1, default: -1 } }, []),
    response: { 200: answer('Events', ref('RunEvent'), 'application/x-ndjson'), ...failure },
  },
  outline: (maxStretches: number) => ({
    summary:
      'The past after seq `since` in little: real measurements (of each of about `stretches` stretches the first and the extremes of losses and accuracies, and those of checkpoints), `progress` thinned alike, every other event whole; a subscription from `seq` on takes up where it ends',
    params: runParams(),
    querystring: object(
      {
        since: { type: 'integer', minimum: -1, default: -1 },
        stretches: { type: 'integer', minimum: 1, maximum: maxStretches, default: 400 },
      },
      [],
    ),
    response: {
      200: answer(
        'The outline',
        object({
          runId: text,
          seq: { type: 'integer', minimum: -1 },
          measured: count,
          metrics: object({
            step: listOf(count),
            ...Object.fromEntries(outlineColumns.map((name) => [name, listOf(numberOrNull)])),
          }),
          newest: { anyOf: [ref('RunEvent'), { type: 'null' }] },
          events: listOf(ref('RunEvent')),
        }),
      ),
      ...failure,
    },
  }),
  series: (metrics: readonly string[], maxPoints: number) => ({
    summary:
      'One curve from step `from` to step `to` in at most `points` points: `exact` with every measurement where they are so few, else the smallest and largest value of each stretch',
    params: runParams(),
    querystring: object(
      {
        metric: { enum: metrics },
        points: { type: 'integer', minimum: 1, maximum: maxPoints, default: 1000 },
        from: count,
        to: count,
      },
      ['metric'],
    ),
    response: {
      200: answer(
        'The curve',
        object({
          runId: text,
          metric: text,
          exact: { type: 'boolean' },
          points: {
            type: 'array',
            items: object({ from: count, to: count, min: { type: 'number' }, max: { type: 'number' } }),
          },
        }),
      ),
      ...failure,
    },
  }),
  checkpoints: {
    summary: 'The steps that have a checkpoint',
    params: runParams(),
    response: { 200: answer('The steps', listOf(object({ step: count }))), ...failure },
  },
  checkpoint: {
    summary: 'The weights after `step` updates (or `newest`), safetensors',
    params: runParams({ step }),
    response: { 200: answer('The file', binary, 'application/octet-stream'), ...failure },
  },
  analysis: {
    summary:
      'Every measure of the weights after `step` updates (or `newest`), as `grokscope analyze` gives them',
    params: runParams({ step }),
    response: { 200: answer('The measures', { type: 'object' }), ...failure },
  },
} as const;
