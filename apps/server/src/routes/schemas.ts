import type { FastifyInstance } from 'fastify';
import { builtIn } from '@grokscope/parts';
import { kindsOf, runStates } from '@grokscope/schema';
import { components } from './components.js';
import type { Json } from './json-schema.js';
import { count, listOf, object, ref, text } from './json-schema.js';

/* The API's description of each route; the bodies and responses it refers to are in components.ts. */

/** Registers the schemas under their names. */
export function addSchemas(app: FastifyInstance): void {
  for (const [$id, schema] of Object.entries(components)) app.addSchema({ ...schema, $id });
}

/** The error response, for any status. */
const failure = {
  '4xx': { description: 'Refused', ...ref('Error') },
  '5xx': { description: 'Failed', ...ref('Error') },
};
const answer = (description: string, schema: Json, type = 'application/json'): Json => ({
  description,
  content: { [type]: { schema } },
});
const runParams = (others: Json = {}): Json => object({ id: { type: 'string', maxLength: 100 }, ...others });
const stepOrNewest = { type: 'string', pattern: '^(newest|\\d{1,15})$' };
const binary = { type: 'string', format: 'binary' };

/** The description of each route. */
export const routeSchemas = {
  health: {
    summary: 'The identity of the server; requires no token',
    security: [],
    response: { 200: answer('Alive', ref('Health')), ...failure },
  },
  description: {
    hide: true,
    response: {
      200: answer('This description', { type: 'object', additionalProperties: true }),
      ...failure,
    },
  },
  list: {
    summary:
      'The runs, newest first: all, or those that every filter admits, as `grokscope runs` reads them. `state`, `tag` and `where` may be given several times: a run is in one of the states, has every tag and meets every condition',
    querystring: object(
      {
        state: { ...listOf({ enum: runStates }), description: 'also as one text with commas between' },
        name: { type: 'string', description: 'a part of the name or the id' },
        task: { enum: kindsOf(builtIn.tasks) },
        tag: listOf(text),
        where: {
          ...listOf(text),
          description: '`path=value` of the spec, which the run had from its beginning to its end',
        },
        limit: { type: 'integer', minimum: 1 },
      },
      [],
    ),
    response: { 200: answer('The runs', listOf(ref('RunSummary'))), ...failure },
  },
  start: {
    summary: 'Start a run: a RunSpec (defaults filled in, `base` for a preset), or {preset, set}',
    body: { anyOf: [ref('RunSpecInput'), ref('PresetOrder')] },
    response: { 201: answer('Started', ref('RunStarted')), ...failure },
  },
  get: {
    summary: 'One run: its state and its spec',
    params: runParams(),
    response: {
      200: answer('The run', ref('Run')),
      ...failure,
    },
  },
  command: {
    summary:
      'Pause, resume, step, stop, or set a value of a live run; resume goes on with one that broke off',
    params: runParams(),
    body: ref('RunCommand'),
    response: { 202: answer('Passed on', ref('CommandAccepted')), ...failure },
  },
  readNotes: {
    summary: 'The note and tags of a run, with their revision',
    params: runParams(),
    response: { 200: answer('The note and tags of the run', ref('RunNotes')), ...failure },
  },
  notes: {
    summary:
      'Change the note or tags of a run, live or not: set its note, add tags, remove tags; returns the resulting notes. With `revision`, that of the notes the change is based on, newer notes by others are not overwritten',
    params: runParams(),
    body: ref('NotesChange'),
    response: {
      200: answer('The note and tags of the run', ref('RunNotes')),
      409: answer('It has changed since; nothing was written', ref('NotesConflict')),
      ...failure,
    },
  },
  prune: {
    summary:
      'Delete checkpoints of a run that is not live, except the newest `keepLast` and those at multiples of `keepEvery`; `dryRun` only lists them',
    params: runParams(),
    body: ref('PruneOrder'),
    response: {
      200: answer('What was deleted, or would be', ref('PruneReport')),
      ...failure,
    },
  },
  compare: (maxRuns: number) => ({
    summary: `In which settings runs differ, and what came of each, as \`grokscope compare\` gives it; \`runs\`: 2 to ${maxRuns} ids with commas between`,
    querystring: object({ runs: text }),
    response: {
      200: answer(
        'The comparison; values in the order of the runs, null where a spec has none',
        ref('Comparison'),
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
      'An outline of the past after seq `since`: a selection of the real measurements (from each of about `stretches` stretches the first and the extremes of losses and accuracies, and those of checkpoints), `progress` thinned in the same way, every other event in full; a subscription from `seq` on continues where it ends',
    params: runParams(),
    querystring: object(
      {
        since: { type: 'integer', minimum: -1, default: -1 },
        stretches: { type: 'integer', minimum: 1, maximum: maxStretches, default: 400 },
      },
      [],
    ),
    response: {
      200: answer('The outline', ref('Outline')),
      ...failure,
    },
  }),
  series: (metrics: readonly string[], maxPoints: number) => ({
    summary:
      'One curve from step `from` to step `to` in at most `points` points: `exact` with every measurement where they are so few, else the smallest and largest value of each stretch',
    params: runParams(),
    querystring: object(
      {
        metric: {
          anyOf: [
            { enum: metrics },
            { type: 'string', description: 'a measure, by its column in exports: `restrictedLoss.all`' },
          ],
        },
        points: { type: 'integer', minimum: 1, maximum: maxPoints, default: 1000 },
        from: count,
        to: count,
      },
      ['metric'],
    ),
    response: {
      200: answer('The curve', ref('Series')),
      ...failure,
    },
  }),
  checkpoints: {
    summary: 'The steps that have a checkpoint',
    params: runParams(),
    response: { 200: answer('The steps', ref('CheckpointList')), ...failure },
  },
  checkpoint: {
    summary: 'The weights after `step` updates (or `newest`), safetensors',
    params: runParams({ step: stepOrNewest }),
    response: { 200: answer('The file', binary, 'application/octet-stream'), ...failure },
  },
  analysis: {
    summary:
      'Every measure of the weights after `step` updates (or `newest`), as `grokscope analyze` gives them',
    params: runParams({ step: stepOrNewest }),
    response: { 200: answer('The measures', ref('Analysis')), ...failure },
  },
  exported: (formats: readonly string[], tables: readonly string[]) => ({
    summary:
      'The records of a run for other tools, as `grokscope export` writes them: its numbers (for csv and parquet, the table that `table` names, by default the measurements; `columns` describes every column), or the weights at `step` (safetensors only; default: the newest intact ones)',
    params: runParams(),
    querystring: object(
      { format: { enum: formats }, step: stepOrNewest, table: { enum: tables, default: 'metrics' } },
      ['format'],
    ),
    response: {
      200: {
        description: 'The file',
        content: {
          'text/csv': { schema: text },
          'text/markdown': { schema: text },
          'application/vnd.apache.parquet': { schema: binary },
          'application/octet-stream': { schema: binary },
        },
      },
      ...failure,
    },
  }),
  presets: {
    summary: 'Every preset, with a description and its complete spec',
    response: { 200: answer('The presets', listOf(ref('Preset'))), ...failure },
  },
  tasks: {
    summary: 'Every kind of task, and what may be set of it',
    response: { 200: answer('The tasks', listOf(ref('Task'))), ...failure },
  },
  engines: {
    summary: 'Every engine, and why one cannot run here',
    response: { 200: answer('The engines', listOf(ref('Engine'))), ...failure },
  },
  sweeps: {
    summary: 'All sweeps, newest first',
    response: { 200: answer('The sweeps', listOf(ref('SweepSummary'))), ...failure },
  },
  sweep: {
    summary: 'One sweep: its spec, and what became of each of its runs',
    params: runParams(),
    response: { 200: answer('The sweep', ref('Sweep')), ...failure },
  },
} as const;
