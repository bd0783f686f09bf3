import Type from 'typebox';
import type { Static } from 'typebox';
import type { RunEvent } from '../run/run-event.js';

/* The messages that the server sends over the WebSocket as JSON text; tensors are binary frames (`tensor-frame.ts`). */

const CaughtUp = Type.Object({
  type: Type.Literal('caughtUp'),
  runId: Type.String(),
  /** The last event stored before; −1 for none. */
  seq: Type.Integer({ minimum: -1 }),
});
const Failure = Type.Object({
  type: Type.Literal('error'),
  code: Type.String(),
  message: Type.String(),
});
const Pong = Type.Object({ type: Type.Literal('pong') });

/** The server's text messages, as JSON Schemas; `event` is the schema of events. */
export const serverMessageSchemas = <E extends object>(event: E) =>
  [
    Type.Object({ type: Type.Literal('event'), event: Type.Unsafe<RunEvent>(event) }),
    CaughtUp,
    Failure,
    Pong,
  ] as const;

/** The server's text messages, told apart by `type`. */
export type ServerMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | Readonly<Static<typeof CaughtUp>>
  | Readonly<Static<typeof Failure>>
  | Readonly<Static<typeof Pong>>;
