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
 * The bodies of HTTP responses about runs. Schemas that hold a spec or an event are functions of its schema, which the
 * catalogue in use composes.
 */

const count = () => Type.Integer({ minimum: 0 });
const numberOrNull = () => Type.Union([Type.Number(), Type.Null()]);

/** The response for a run that was started, as a JSON Schema. */
export const RunStartedSchema = Type.Object({ runId: Type.String() });
/** The response for a run that was started. */
export type RunStarted = Frozen<Static<typeof RunStartedSchema>>;

/** The response for a command that was passed on, as a JSON Schema. */
export const CommandAcceptedSchema = Type.Object({ accepted: Type.Literal(true) });
/** The response for a command that was passed on. */
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
/** A part of one curve: its exact points if they are few enough, otherwise the extremes of stretches. */
export type RunSeries = Frozen<Static<typeof RunSeriesSchema>>;

const column = () => Type.Array(numberOrNull());
const columns = forEachName(outlineColumns, column);

/** The outline of a run's past, as a JSON Schema; `event` is the schema of events. */
export const runOutlineSchema = (event: object) =>
  Type.Object({
    runId: Type.String(),
    /** The last event considered; −1 for none. */
    seq: Type.Integer({ minimum: -1 }),
    /** The total number of measurements. */
    measured: count(),
    /**
     * The measurements kept, ascending in `step`: from each stretch the first and the extremes of every loss and
     * accuracy.
     */
    metrics: Type.Object({ step: Type.Array(count()), ...columns }),
    /** The last measurement, complete. */
    newest: Type.Union([Type.Unsafe<MetricsEvent>(event), Type.Null()]),
    /** All other events, ascending in `seq`; of `progress` about as many as there are stretches. */
    events: Type.Array(Type.Unsafe<RunEvent>(event)),
  });
/** The outline of a run's past: a selection of its real measurements, and every other fact. */
export type RunOutline = Frozen<Static<ReturnType<typeof runOutlineSchema>>>;

const RunOutcomeSchema = Type.Object({
  runId: Type.String(),
  state: oneOf(...runStates),
  step: count(),
  ...outcomeFields,
  ...provenanceFields,
});
/** The result of a run, and what shaped it besides its spec. */
export type RunOutcome = Frozen<Static<typeof RunOutcomeSchema>>;

/** The settings in which runs differ, and the result of each, as a JSON Schema. */
export const RunComparisonSchema = Type.Object(
  {
    runs: Type.Array(RunOutcomeSchema),
    differences: Type.Array(Type.Object({ path: Type.String(), values: Type.Array(Type.Unknown()) })),
  },
  { description: 'Values in the order of the runs, null where a run has none' },
);
/** The settings in which runs differ, and the result of each, in the order given. */
export type RunComparison = Frozen<Static<typeof RunComparisonSchema>>;
