import Type from 'typebox';
import type { Static } from 'typebox';
import type { Frozen } from '../decoding/frozen.js';
import { RunNotesSchema } from '../run/run-notes.js';

/* The bodies of HTTP answers that are errors: `{error: {code, message, path?, allowed?}}`. */

const faultFields = {
  code: Type.String(),
  message: Type.String(),
  path: Type.Optional(Type.String({ description: 'where in the input' })),
  allowed: Type.Optional(Type.String({ description: 'what may stand there' })),
};
const FaultSchema = Type.Object(faultFields);

/** One fault. */
export type Fault = Frozen<Static<typeof FaultSchema>>;

const error = Type.Object({ ...faultFields, errors: Type.Optional(Type.Array(FaultSchema)) });

/** An error as clients get it: the first fault, and all of them where there can be several; a JSON Schema. */
export const ErrorBodySchema = Type.Object({ error });

/** An error as clients get it: the first fault, and all of them where there can be several. */
export type ErrorBody = Frozen<Static<typeof ErrorBodySchema>>;

/** The error of a change made of notes that others have changed since, with the notes as they are now; a JSON Schema. */
export const NotesConflictSchema = Type.Object({ error, notes: RunNotesSchema });

/** The error of a change made of notes that others have changed since, with the notes as they are now. */
export type NotesConflict = Frozen<Static<typeof NotesConflictSchema>>;
