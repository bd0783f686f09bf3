import type * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { closed, integer, text, trueOrFalse } from '../decoding/fields.js';
import type { Frozen } from '../decoding/frozen.js';
import { decodeBy } from '../decoding/validate.js';

/* What others than the run itself do with its folder: note something about it, thin out its checkpoints. */

/** The longest note, in characters. */
export const MAX_NOTE = 10_000;
/** The most tags of a run. */
export const MAX_TAGS = 50;
/** The longest tag, in characters. */
export const MAX_TAG = 40;

const tags = Type.Array(text(MAX_TAG), {
  maxItems: MAX_TAGS,
  allowed: `at most ${MAX_TAGS} texts of 1 to ${MAX_TAG} characters`,
});

/** The note and tags of a run, as a JSON Schema. */
export const RunNotesSchema = Type.Object(
  {
    /** Any text; empty if there is none. */
    note: Type.String(),
    /** In alphabetical order, each once. */
    tags: Type.Array(Type.String()),
    /** Computed from note and tags: equal notes have equal revisions, different notes different ones. */
    revision: Type.String(),
  },
  {
    description:
      '`revision` differs whenever the note or the tags differ; send it with a change made of these notes',
  },
);

/** The note and tags of a run; the run itself never reads them. */
export type RunNotes = Frozen<Static<typeof RunNotesSchema>>;

/** A change of a run's notes, as a JSON Schema; absent keys keep their values. */
export const NotesChangeSchema = closed({
  /**
   * The revision of the notes that the change is based on; newer notes by others are then not overwritten. Absent:
   * overwrite in any case.
   */
  revision: Type.Optional(text(100)),
  note: Type.Optional(text(MAX_NOTE, 0)),
  addTags: Type.Optional(tags),
  removeTags: Type.Optional(tags),
});

/** A change of a run's notes; absent keys keep their values. */
export type NotesChange = Static<typeof NotesChangeSchema>;

/** Which checkpoints stay when a run's are thinned out, as a JSON Schema; a checkpoint stays if any rule keeps it. */
export const PruneOrderSchema = closed({
  /** The newest ones, this many. */
  keepLast: integer(1),
  /** Those at multiples of this many steps. */
  keepEvery: Type.Optional(integer(1)),
  /** True only reports what would be deleted. */
  dryRun: Type.Optional(trueOrFalse()),
});

/** An order to thin out a run's checkpoints. */
export type PruneOrder = Static<typeof PruneOrderSchema>;

/** The result of thinning out a run's checkpoints, deleted or only planned, as a JSON Schema. */
export const PruneReportSchema = Type.Object({
  runId: Type.String(),
  /** Steps, ascending. */
  kept: Type.Array(Type.Integer({ minimum: 0 })),
  removed: Type.Array(Type.Integer({ minimum: 0 })),
  freedBytes: Type.Integer({ minimum: 0 }),
});

/** The result of thinning out a run's checkpoints, deleted or only planned. */
export type PruneReport = Frozen<Static<typeof PruneReportSchema>>;

/** Decodes a NotesChange; whether a text may be a tag is decided by the store. */
export const decodeNotesChange = (input: unknown): E.Either<readonly SpecError[], NotesChange> =>
  decodeBy(NotesChangeSchema, input);

/** Decodes a PruneOrder. */
export const decodePruneOrder = (input: unknown): E.Either<readonly SpecError[], PruneOrder> =>
  decodeBy(PruneOrderSchema, input);
