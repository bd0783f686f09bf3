import {
  ClientMessageSchema,
  RunCommandSchema,
  TensorHeaderSchema,
  serverMessageSchemas,
} from '@grokscope/schema';
import type { Json } from './json-schema.js';
import { plain, ref } from './json-schema.js';

/* What goes over the WebSocket at /ws, in both directions. */

interface Alternative {
  readonly properties: Json;
  readonly required: readonly string[];
}

const alternatives = (schema: unknown): readonly Alternative[] =>
  (plain(schema)['anyOf'] ?? []) as readonly Alternative[];

/** `step` without `n` is one step. */
function asGiven({ properties, required, ...rest }: Alternative): Alternative {
  const { n } = properties;
  const withDefault = n === undefined ? properties : { ...properties, n: { ...(n as Json), default: 1 } };
  return { ...rest, properties: withDefault, required: required.filter((name) => name !== 'n') };
}

/** Every command, each with the values it takes. */
export const runCommand: Json = {
  description:
    '`step` makes `n` steps (1 unless given) and then pauses; `set` changes the setting at `path` to `value`. `resume` also goes on with a run that broke off.',
  anyOf: alternatives(RunCommandSchema).map(asGiven),
};

const isCommand = ({ properties }: Alternative): boolean => 'command' in properties;

/** The messages of a client; a command is a `RunCommand` with the run it is for. */
function clientMessages(): readonly Alternative[] {
  const all = alternatives(ClientMessageSchema);
  const command = all.find(isCommand);
  const { type, runId } = command?.properties ?? {};
  const commands = (runCommand['anyOf'] as readonly Alternative[]).map(
    ({ properties, required, ...rest }) => ({
      ...rest,
      properties: { type, runId, ...properties },
      required: ['type', 'runId', ...required],
    }),
  );
  return [...all.filter((message) => !isCommand(message)), ...commands];
}

/** The schemas of what goes over the socket, by name. */
export const socketSchemas: Readonly<Record<string, Json>> = {
  ClientMessage: {
    description: 'What a client sends over the WebSocket at /ws, as JSON text',
    anyOf: clientMessages(),
  },
  ServerMessage: {
    description:
      'What the server sends over the WebSocket at /ws, as JSON text; tensors come as binary frames (TensorFrame)',
    anyOf: serverMessageSchemas(ref('RunEvent')).map(plain),
  },
  TensorHeader: {
    ...plain(TensorHeaderSchema),
    description: 'The JSON at the beginning of a TensorFrame',
  },
  TensorFrame: {
    type: 'string',
    format: 'binary',
    description:
      'One binary WebSocket message: a tensor that a client watches. Bytes 0 to 3: the length L of the header, an unsigned 32-bit integer, little-endian. Bytes 4 to 4 + L: the header, TensorHeader as UTF-8 JSON, padded with spaces so that 4 + L is a multiple of 8. From byte 4 + L to the end: the values, little-endian IEEE 754 float32, row-major, as many as the product of `shape`.',
  },
};

/** The route of the WebSocket. */
export const socketRoute = {
  summary: 'The WebSocket: live events and tensors of runs, and commands to them',
  description: [
    'A client sends ClientMessage as JSON text, at most 64 KiB each. If the server requires a token, the first is `{type:"auth", token}`, unless the request that opened the socket carried it.',
    '`subscribe` is followed by every event after `since` (−1: all) in the order of `seq`, each once; `caughtUp` comes when all that was stored has been sent. `watch` is followed by binary frames (TensorFrame): the named tensors at once, and again every `everySteps` steps; a client that is slower gets the newest.',
    'What cannot be done is answered with `{type:"error", code, message}`. Close codes: 1008 no token, or a wrong one; 1009 a message beyond 4 MiB; 1013 a client that takes nothing for 30 s, which may come again with `since`.',
  ].join('\n\n'),
  responses: {
    101: {
      description: 'The WebSocket is open; ServerMessage as text and TensorFrame as binary messages follow',
    },
  },
} as const;
