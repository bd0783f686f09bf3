/** What arrives from the server, checked where it enters the page. Everything behind this file trusts its types. */
import type { Either } from 'fp-ts/lib/Either.js';
import { left, right } from 'fp-ts/lib/Either.js';
import { builtInMeasures } from '@grokscope/interpret';
import type { RunEvent } from '@grokscope/schema';
import { decodeRunEvent } from '@grokscope/schema';

/** A fact the page keeps its place by but cannot read: of a type it does not know, or damaged. */
export interface UnreadEvent {
  readonly type: 'unread';
  readonly runId: string;
  readonly seq: number;
  readonly problem: string;
}

/** A named tensor as of a step; `data` is row-major. */
export interface Tensor {
  readonly runId: string;
  readonly step: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** How many of this name the server left out before it, because this connection was slow; absent for none. */
  readonly skipped?: number;
}

export type ServerMessage =
  | { readonly type: 'event'; readonly event: RunEvent | UnreadEvent }
  | { readonly type: 'caughtUp'; readonly runId: string; readonly seq: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  | { readonly type: 'pong' };

export interface BadMessage {
  readonly _tag: 'BadMessage';
  readonly message: string;
}

const bad = (message: string): Either<BadMessage, never> => left({ _tag: 'BadMessage', message });

/** Whether a value is an object with named fields. */
export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (value: unknown): value is number => Number.isInteger(value);

/** One run event from parsed JSON; one that cannot be read still counts by its `seq`, so that no gap arises. */
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
export const decodeMessage = (text: string): Either<BadMessage, ServerMessage> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('a message that is not JSON arrived');
  }
  if (!isFields(value)) return bad('a message that is not an object arrived');
  switch (value['type']) {
    case 'event': {
      const event = decodeEvent(value['event']);
      return event._tag === 'Left' ? event : right({ type: 'event', event: event.right });
    }
    case 'caughtUp':
      return typeof value['runId'] === 'string' && isWhole(value['seq'])
        ? right({ type: 'caughtUp', runId: value['runId'], seq: value['seq'] })
        : bad('caughtUp arrived without runId or seq');
    case 'error':
      return right({
        type: 'error',
        code: String(value['code'] ?? 'error'),
        message: String(value['message'] ?? ''),
      });
    case 'pong':
      return right({ type: 'pong' });
    default:
      return bad(`a message of the unknown type ${JSON.stringify(value['type'])} arrived`);
  }
};

/** One binary frame: u32 little-endian header length, JSON header, then float32 values. The values are copied. */
export const decodeTensor = (frame: ArrayBuffer): Either<BadMessage, Tensor> => {
  if (frame.byteLength < 8) return bad('tensor: the frame is too short');
  const headerLength = new DataView(frame).getUint32(0, true);
  const start = 4 + headerLength;
  if (start > frame.byteLength || start % 8 !== 0) return bad(`tensor: bad header length ${headerLength}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, headerLength)));
  } catch {
    return bad('tensor: the header is not JSON');
  }
  if (!isFields(header) || !Array.isArray(header['shape'])) return bad('tensor: the header lacks a shape');
  const { runId, step, name, dtype } = header;
  const shape: unknown[] = header['shape'];
  if (typeof runId !== 'string' || typeof name !== 'string' || !isWhole(step) || !shape.every(isWhole)) {
    return bad('tensor: the header lacks runId, name, step or a shape of whole numbers');
  }
  if (typeof dtype !== 'string' || !['float32', 'f32'].includes(dtype.toLowerCase())) {
    return bad(`tensor ${name}: float32 was expected, got ${String(dtype)}`);
  }
  const count = shape.reduce<number>((product, size) => product * size, 1);
  if (frame.byteLength - start !== 4 * count) {
    return bad(`tensor ${name}: ${4 * count} bytes of values were expected, got ${frame.byteLength - start}`);
  }
  const { skipped } = header;
  return right({
    ...{ runId, name, step, shape, data: new Float32Array(frame.slice(start)) },
    ...(isWhole(skipped) && skipped > 0 ? { skipped } : {}),
  });
};
