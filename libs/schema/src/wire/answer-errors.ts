import Type from 'typebox';
import type { Static } from 'typebox';
import type { Frozen } from '../decoding/frozen.js';
import { RunNotesSchema } from '../run/run-notes.js';

/* The bodies of HTTP error responses: `{error: {code, message, path?, allowed?}}`. */

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

/** An error as clients receive it: the first fault, and a list of all if there can be several; a JSON Schema. */
export const ErrorBodySchema = Type.Object({ error });

/** An error as clients receive it: the first fault, and a list of all if there can be several. */
export type ErrorBody = Frozen<Static<typeof ErrorBodySchema>>;

/** The error for a change to notes that others have changed since, with the current notes; a JSON Schema. */
export const NotesConflictSchema = Type.Object({ error, notes: RunNotesSchema });

/** The error for a change to notes that others have changed since, with the current notes. */
export type NotesConflict = Frozen<Static<typeof NotesConflictSchema>>;
