import { builtInMeasures } from '@grokscope/interpret';
import { builtIn } from '@grokscope/parts';
import {
  CheckpointListSchema,
  CommandAcceptedSchema,
  EngineReportSchema,
  ErrorBodySchema,
  HealthSchema,
  ListedRunSchema,
  NotesChangeSchema,
  NotesConflictSchema,
  PruneOrderSchema,
  PruneReportSchema,
  RunComparisonSchema,
  RunNotesSchema,
  RunSeriesSchema,
  RunStartedSchema,
  SweepDetailSchema,
  SweepSummarySchema,
  TaskDescriptionSchema,
  presetDescriptionSchema,
  runDetailSchema,
  runEventSchema,
  runOutlineSchema,
  runSpecSchema,
} from '@grokscope/schema';
import { analysisSchema } from './analysis-schema.js';
import type { Json } from './json-schema.js';
import { asInput, object, plain, ref, text } from './json-schema.js';
import { runCommand, socketSchemas } from './socket-schemas.js';

/*
 * The bodies of requests and responses, by the schemas of @grokscope/schema that decode and type them. The API's
 * description derives from these, and responses are serialised by them.
 */

const runSpec = plain(runSpecSchema(builtIn));
const { properties: specProperties, ...specRest } = asInput(runSpec) as Json;

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
  PruneReport: plain(PruneReportSchema),
  RunNotes: plain(RunNotesSchema),
  ...socketSchemas,
  Health: plain(HealthSchema),
  RunStarted: plain(RunStartedSchema),
  CommandAccepted: plain(CommandAcceptedSchema),
  RunSummary: plain(ListedRunSchema),
  Run: plain(runDetailSchema(ref('RunSpec'))),
  Outline: plain(runOutlineSchema(ref('RunEvent'))),
  Series: plain(RunSeriesSchema),
  CheckpointList: plain(CheckpointListSchema),
  Comparison: plain(RunComparisonSchema),
  Analysis: analysisSchema,
  Preset: plain(presetDescriptionSchema(ref('RunSpec'))),
  Task: plain(TaskDescriptionSchema),
  Engine: plain(EngineReportSchema),
  SweepSummary: plain(SweepSummarySchema),
  Sweep: plain(SweepDetailSchema),
  Error: plain(ErrorBodySchema),
  NotesConflict: plain(NotesConflictSchema),
};
