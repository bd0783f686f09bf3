import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { closed, integer, oneOf, text } from '../decoding/fields.js';
import type { RunCommand } from '../run/run-command.js';
import { commandNames, decodeRunCommand } from '../run/run-command.js';
import type { PlainObject } from '../decoding/validate.js';
import { validate } from '../decoding/validate.js';

const runId = text(200);

const CommandMessage = Type.Object({ type: oneOf('command'), runId, command: oneOf(...commandNames) });
const OtherMessages = [
  /** `since`: the last seq received; −1 or absent for everything. */
  closed({ type: oneOf('subscribe'), runId, since: Type.Optional(integer(-1)) }),
  closed({ type: oneOf('unsubscribe'), runId }),
  /** Tensors by name, at this interval in steps. */
  closed({
    type: oneOf('watch'),
    runId,
    names: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      maxItems: 64,
      allowed: 'a list of at most 64 tensor names',
    }),
    everySteps: integer(1),
  }),
  closed({ type: oneOf('ping') }),
  /** The first message if the server requires a token. */
  closed({ type: oneOf('auth'), token: text(1000) }),
] as const;

/** The messages that the page sends over the WebSocket, as a JSON Schema, told apart by `type`. */
export const ClientMessageSchema = Type.Union([...OtherMessages, CommandMessage]);

/** The messages that the page sends over the WebSocket, told apart by `type`. */
export type ClientMessage =
  | Static<(typeof OtherMessages)[number]>
  | ({ readonly type: 'command'; readonly runId: string } & RunCommand);

/** Decodes one WebSocket message, already parsed from JSON. */
export function decodeClientMessage(input: unknown): E.Either<readonly SpecError[], ClientMessage> {
  const errors = validate(ClientMessageSchema, input);
  if (errors.length > 0) return E.left(errors);
  const message = input as PlainObject & Static<typeof ClientMessageSchema>;
  if (message.type !== 'command') return E.right(message);
  const { type, runId: id, ...command } = message;
  return pipe(
    decodeRunCommand(command),
    E.map((decoded): ClientMessage => ({ type, runId: id, ...decoded })),
  );
}
