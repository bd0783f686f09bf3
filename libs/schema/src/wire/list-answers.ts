import Type from 'typebox';
import type { Static } from 'typebox';
import { oneOf } from '../decoding/fields.js';
import type { Frozen } from '../decoding/frozen.js';
import { runStates } from '../run/run-state.js';
import { outcomeFields } from '../run/run-summary.js';
import type { RunSpec } from '../spec/run-spec.js';
import type { SweepSpec } from '../sweep/sweep-spec.js';
import { SweepSpecSchema } from '../sweep/sweep-spec.js';

/*
 * The bodies of HTTP responses about the server itself, about available presets, tasks and engines, and about sweeps.
 */

const text = () => Type.String();
const count = () => Type.Integer({ minimum: 0 });

const AnnouncementSchema = Type.Object(
  { host: text(), token: text(), allowHosts: Type.Array(text()), use: Type.Array(text()), build: text() },
  { description: 'what the server was told to be: a digest of each setting' },
);
/** The settings of a server, as `/healthz` returns them: a digest of each. */
export type Announcement = Frozen<Static<typeof AnnouncementSchema>>;

/** The identity of a server, as a JSON Schema. */
export const HealthSchema = Type.Object({
  ok: Type.Literal(true),
  name: text(),
  version: text(),
  /** Name of the folder of its runs. */
  runs: text(),
  /** The whole path, for a client that has the token. */
  runsDir: Type.Optional(text()),
  settings: Type.Optional(AnnouncementSchema),
});
/** The identity of a server. */
export type Health = Frozen<Static<typeof HealthSchema>>;

/** A preset with its whole spec, as a JSON Schema; `spec` stands for the schema of specs. */
export const presetDescriptionSchema = (spec: object) =>
  Type.Object({ name: text(), teaches: text(), spec: Type.Unsafe<RunSpec>(spec) });
/** A preset with its whole spec. */
export type PresetDescription = Readonly<Static<ReturnType<typeof presetDescriptionSchema>>>;

/** A task as lists show it, as a JSON Schema. */
export const TaskDescriptionSchema = Type.Object({
  kind: text(),
  teaches: text(),
  /** The parameters by key: what is allowed, and the default if there is one. */
  parameters: Type.Record(Type.String(), text(), { description: 'what is allowed, by key' }),
});
/** A task as lists show it. */
export type TaskDescription = Frozen<Static<typeof TaskDescriptionSchema>>;

/** An engine, and the reason if it cannot run on this machine, as a JSON Schema. */
export const EngineReportSchema = Type.Object({ name: text(), available: Type.Boolean(), why: text() });
/** An engine, and the reason if it cannot run on this machine. */
export type EngineReport = Frozen<Static<typeof EngineReportSchema>>;

const sweepFields = {
  sweepId: text(),
  name: text(),
  /** ISO time. */
  createdAt: text(),
  /** Wall time of the starts that finished, in milliseconds; the first format of sweeps had none. */
  elapsedMs: Type.Optional(Type.Number({ minimum: 0 })),
  /** Concurrent runs in the newest start that had any to make; the first format of sweeps had none. */
  workers: Type.Optional(Type.Number({ minimum: 0 })),
};
/** One line of the list of sweeps, as a JSON Schema. */
export const SweepSummarySchema = Type.Object(
  { ...sweepFields, runs: count() },
  { description: '`runs`: how many were begun; `elapsedMs`: total of the starts that finished' },
);
/** One line of the list of sweeps. */
export type SweepSummary = Frozen<Static<typeof SweepSummarySchema>>;

/** One sweep: its spec and the outcome of each of its runs; a JSON Schema. */
export const SweepDetailSchema = Type.Object({
  ...sweepFields,
  spec: Type.Unsafe<SweepSpec>(SweepSpecSchema),
  runs: Type.Array(
    Type.Object({
      cell: Type.String({ description: 'its values of the settings that the sweep varies' }),
      runId: text(),
      state: Type.Union([oneOf(...runStates), Type.Null()], { description: 'null: the run was deleted' }),
      step: Type.Union([count(), Type.Null()]),
      ...outcomeFields,
    }),
  ),
});
/** One sweep: its spec and the outcome of each of its runs. */
export type SweepDetail = Frozen<Static<typeof SweepDetailSchema>>;
