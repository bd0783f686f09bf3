/** Data from the server, checked where it enters the page. Everything behind this file relies on its types. */
import type { Either } from 'fp-ts/lib/Either.js';
import { left, right } from 'fp-ts/lib/Either.js';
import { builtInMeasures } from '@grokscope/interpret';
import type { RunEvent, ServerMessage, WireTensor } from '@grokscope/schema';
import { decodeRunEvent, decodeTensorFrame } from '@grokscope/schema';

/** A fact that keeps the page's place in the sequence but cannot be read: of an unknown type, or damaged. */
export interface UnreadEvent {
  readonly type: 'unread';
  readonly runId: string;
  readonly seq: number;
  readonly problem: string;
}

/** A named tensor at a step; `skipped`: how many of this name this connection was too slow for. */
export type Tensor = WireTensor;

/** The server's text messages; an event may be one that this page cannot read. */
export type PageMessage =
  | Exclude<ServerMessage, { readonly type: 'event' }>
  | { readonly type: 'event'; readonly event: RunEvent | UnreadEvent };

export interface BadMessage {
  readonly _tag: 'BadMessage';
  readonly message: string;
}

const bad = (message: string): Either<BadMessage, never> => left({ _tag: 'BadMessage', message });

/** Whether a value is an object with named fields. */
export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The possible fields of a response or message, as named by its schema: other fields cannot be read. A field's value is
 * checked where it is used, since the server may be of another version than the page.
 */
export type Sent<T> = { readonly [Name in keyof T]?: unknown };

type SentMessage<Type extends ServerMessage['type']> = Sent<Extract<ServerMessage, { readonly type: Type }>>;

/** Whether a value is a whole number. */
export const isWhole = (value: unknown): value is number => Number.isInteger(value);

/** One run event from parsed JSON; an unreadable one still counts by its `seq`, so that no gap arises. */
export const decodeEvent = (value: unknown): Either<BadMessage, RunEvent | UnreadEvent> => {
  const decoded = decodeRunEvent(value, builtInMeasures);
  if (decoded._tag === 'Right') return decoded;
  if (!isFields(value) || typeof value['runId'] !== 'string' || !isWhole(value['seq'])) {
    return bad('an event without runId or seq arrived');
  }
  const first = decoded.left[0];
  const problem = `event ${value['seq']} cannot be read: ${first ? `${first.path} ${first.message}` : 'unknown'}`;
  return right({ type: 'unread', runId: value['runId'], seq: value['seq'], problem });
};

/** One text message of the server. */
export const decodeMessage = (text: string): Either<BadMessage, PageMessage> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('a message that is not JSON arrived');
  }
  if (!isFields(value)) return bad('a message that is not an object arrived');
  switch (value['type']) {
    case 'event': {
      const { event: given }: SentMessage<'event'> = value;
      const event = decodeEvent(given);
      return event._tag === 'Left' ? event : right({ type: 'event', event: event.right });
    }
    case 'caughtUp': {
      const { runId, seq }: SentMessage<'caughtUp'> = value;
      return typeof runId === 'string' && isWhole(seq)
        ? right({ type: 'caughtUp', runId, seq })
        : bad('caughtUp arrived without runId or seq');
    }
    case 'error': {
      const { code, message }: SentMessage<'error'> = value;
      return right({ type: 'error', code: String(code ?? 'error'), message: String(message ?? '') });
    }
    case 'pong':
      return right({ type: 'pong' });
    default:
      return bad(`a message of the unknown type ${JSON.stringify(value['type'])} arrived`);
  }
};

/** One binary frame; see `decodeTensorFrame`. The values are copied. */
export const decodeTensor = (frame: ArrayBuffer): Either<BadMessage, Tensor> => {
  const decoded = decodeTensorFrame(frame);
  return decoded._tag === 'Left' ? bad(decoded.left) : decoded;
};
