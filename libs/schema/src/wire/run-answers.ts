import Type from 'typebox';
import type { Static } from 'typebox';
import type { Frozen } from '../decoding/frozen.js';
import { oneOf } from '../decoding/fields.js';
import type { MetricsEvent, RunEvent } from '../run/run-event.js';
import { runStates } from '../run/run-state.js';
import type { ListedRun } from '../run/run-summary.js';
import { ListedRunSchema, outcomeFields, provenanceFields } from '../run/run-summary.js';
import type { RunSpec } from '../spec/run-spec.js';
import { forEachName, outlineColumns } from '../run/metric-scalars.js';

/*
 * The bodies of HTTP answers about runs. Schemas that hold a spec or an event are functions of its schema, which the
 * catalogue in use composes.
 */

const count = () => Type.Integer({ minimum: 0 });
const numberOrNull = () => Type.Union([Type.Number(), Type.Null()]);

/** The answer to a run that was started, as a JSON Schema. */
export const RunStartedSchema = Type.Object({ runId: Type.String() });
/** The answer to a run that was started. */
export type RunStarted = Frozen<Static<typeof RunStartedSchema>>;

/** The answer to a command that was passed on, as a JSON Schema. */
export const CommandAcceptedSchema = Type.Object({ accepted: Type.Literal(true) });
/** The answer to a command that was passed on. */
export type CommandAccepted = Frozen<Static<typeof CommandAcceptedSchema>>;

/** One run: its line of the list, and its spec; a JSON Schema. */
export const runDetailSchema = (spec: object) =>
  Type.Object({ ...ListedRunSchema.properties, spec: Type.Unsafe<RunSpec>(spec) });
/** One run: its line of the list, and its spec. */
export type RunDetail = ListedRun & { readonly spec: RunSpec };

/** The steps that have a checkpoint, as a JSON Schema. */
export const CheckpointListSchema = Type.Array(Type.Object({ step: count() }));
/** The steps that have a checkpoint. */
export type CheckpointList = Frozen<Static<typeof CheckpointListSchema>>;

const seriesFields = {
  exact: Type.Boolean({ description: 'true: every point is one measurement' }),
  points: Type.Array(Type.Object({ from: count(), to: count(), min: numberOrNull(), max: numberOrNull() })),
};
/** A part of one curve of a run, as a JSON Schema. */
export const RunSeriesSchema = Type.Object({ runId: Type.String(), metric: Type.String(), ...seriesFields });
/** A part of one curve: its very points where they are few enough, else the extremes of stretches. */
export type RunSeries = Frozen<Static<typeof RunSeriesSchema>>;

const column = () => Type.Array(numberOrNull());
const columns = forEachName(outlineColumns, column);

/** A run's past in little, as a JSON Schema; `event` stands for the schema of events. */
export const runOutlineSchema = (event: object) =>
  Type.Object({
    runId: Type.String(),
    /** The last event looked at; −1 for none. */
    seq: Type.Integer({ minimum: -1 }),
    /** How many measurements there were. */
    measured: count(),
    /** Those kept, ascending in `step`: of each stretch the first and the extremes of every loss and accuracy. */
    metrics: Type.Object({ step: Type.Array(count()), ...columns }),
    /** The last measurement, whole. */
    newest: Type.Union([Type.Unsafe<MetricsEvent>(event), Type.Null()]),
    /** All else, `seq` ascending; of `progress` about as many as stretches. */
    events: Type.Array(Type.Unsafe<RunEvent>(event)),
  });
/** A run's past in little: measurements that are real ones, but not all of them, and every other fact. */
export type RunOutline = Frozen<Static<ReturnType<typeof runOutlineSchema>>>;

const RunOutcomeSchema = Type.Object({
  runId: Type.String(),
  state: oneOf(...runStates),
  step: count(),
  ...outcomeFields,
  ...provenanceFields,
});
/** What came of a run, and what shaped it beside its spec. */
export type RunOutcome = Frozen<Static<typeof RunOutcomeSchema>>;

/** In which settings runs differ, and what came of each, as a JSON Schema. */
export const RunComparisonSchema = Type.Object(
  {
    runs: Type.Array(RunOutcomeSchema),
    differences: Type.Array(Type.Object({ path: Type.String(), values: Type.Array(Type.Unknown()) })),
  },
  { description: 'Values in the order of the runs, null where a run has none' },
);
/** In which settings runs differ, and what came of each, in the order they were given. */
export type RunComparison = Frozen<Static<typeof RunComparisonSchema>>;
