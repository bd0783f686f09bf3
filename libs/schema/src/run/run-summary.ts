import Type from 'typebox';
import type { Static } from 'typebox';
import { oneOf } from '../decoding/fields.js';
import type { Frozen } from '../decoding/frozen.js';
import { runStates } from './run-state.js';

/* Runs as lists show them: the store makes these, the server sends them, the page and the command line show them. */

const text = () => Type.String();
const count = () => Type.Integer({ minimum: 0 });
const numberOrNull = () => Type.Union([Type.Number(), Type.Null()]);
const countOrNull = () => Type.Union([count(), Type.Null()]);
const textOrNull = () => Type.Union([text(), Type.Null()]);

/** The process that alone may write a run's folder, as a JSON Schema. */
export const LockHolderSchema = Type.Object({
  pid: count(),
  host: text(),
  /** ISO time at which it took the lock. */
  since: text(),
  /** When the process started, in the kernel's own unit, so that a reused pid is not taken for the holder. */
  processStart: Type.Optional(text()),
  /** Where its pid is valid: boot and pid namespace, as Linux reports them. */
  namespace: Type.Optional(text()),
  /** ISO time of its last heartbeat, the lock file's modification time. */
  lastSeen: Type.Optional(text()),
  /**
   * The folder that the lock belongs to, if that is not the one it lies in: this one is a copy, which no process holds.
   */
  copiedFrom: Type.Optional(Type.String({ description: 'the folder it writes: this one is a copy' })),
  /** Whether it took the lock from one that may still be running elsewhere. */
  mayHaveRival: Type.Optional(
    Type.Literal(true, { description: 'taken from one that may still run elsewhere' }),
  ),
});

/** The process that alone may write a run's folder. */
export type LockHolder = Frozen<Static<typeof LockHolderSchema>>;

/** The result of a run, as far as it is known. */
export const outcomeFields = {
  testLoss: numberOrNull(),
  testAccuracy: numberOrNull(),
  stepGeneralized: countOrNull(),
};

/** What shaped a run besides its spec. */
export const provenanceFields = {
  /** SHA-256 of the weights it started from, or their file; null: its own initial weights. */
  initialWeights: textOrNull(),
  /** False if the plain graph was computed. */
  rewrites: Type.Boolean(),
  /** Settings that changed during the run, in the order of their steps. */
  changes: Type.Array(Type.Object({ step: count(), path: text(), value: Type.Unknown() })),
};

const summaryFields = {
  runId: text(),
  name: text(),
  /** Kind of its task. */
  task: text(),
  /** The run's description of its task, if that is not built in: `the larger of two numbers below 7`. */
  taskTitle: Type.Optional(Type.String({ description: 'description of its task, if that is not built in' })),
  state: oneOf(...runStates),
  /** Of the newest event that has one. */
  step: count(),
  /** The number of steps the run is to take. */
  steps: count(),
  /** ISO times. */
  createdAt: text(),
  updatedAt: text(),
  /** The engine in use; null until it has started. */
  engine: textOrNull(),
  threads: countOrNull(),
  lastSeq: Type.Integer({ minimum: -1 }),
  trainLoss: numberOrNull(),
  trainAccuracy: numberOrNull(),
  stepMemorized: countOrNull(),
  ...outcomeFields,
  /** Why it ended; null until it has. */
  reason: textOrNull(),
  /** The process that writes it; null if there is none. */
  holder: Type.Union([LockHolderSchema, Type.Null()], {
    description: 'The process that writes it; null where none does',
  }),
  /** Its note and tags; empty if there are none. */
  note: text(),
  tags: Type.Array(text()),
  /** Identifies these notes among all versions of the run's notes. */
  revision: text(),
  /** What is wrong with its folder, if anything is. */
  problem: textOrNull(),
  /** False for a folder that cannot be opened: its name is not that of its run, or its `run.json` cannot be read. */
  openable: Type.Boolean({ description: 'false: a folder of another name than its run, or damaged' }),
  ...provenanceFields,
};

/** One line of the list of runs, as a JSON Schema. */
export const RunSummarySchema = Type.Object(summaryFields);

/** One line of the list of runs. */
export type RunSummary = Frozen<Static<typeof RunSummarySchema>>;

/** One line of a server's list, as a JSON Schema. */
export const ListedRunSchema = Type.Object({
  ...summaryFields,
  /** Whether it can be paused, resumed, stepped, stopped and changed: it is live, whatever started it. */
  controllable: Type.Boolean(),
});

/** One line of a server's list. */
export type ListedRun = Frozen<Static<typeof ListedRunSchema>>;
