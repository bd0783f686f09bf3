import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static } from 'typebox';
import { isPlainObject } from '../decoding/plain.js';

/*
 * A tensor as it goes over the WebSocket, one binary frame each: u32 little-endian length of the header; the header as
 * JSON, padded with spaces so that the values begin at a multiple of 8; then raw little-endian float32 values.
 */

/** The JSON at the beginning of a tensor frame, as a JSON Schema. */
export const TensorHeaderSchema = Type.Object({
  runId: Type.String(),
  step: Type.Integer({ minimum: 0, description: 'the weights after so many updates' }),
  name: Type.String({ description: 'as TransformerLens names it: `blocks.0.mlp.W_in`' }),
  dtype: Type.Literal('float32'),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  skipped: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'how many of this name were left out before it; absent for none',
    }),
  ),
});

/** The JSON at the beginning of a tensor frame. */
export type TensorHeader = Static<typeof TensorHeaderSchema>;

/** A decoded tensor of a frame. */
export interface WireTensor {
  readonly runId: string;
  readonly step: number;
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
  /** How many frames of this name were skipped before it, if any. */
  readonly skipped?: number;
}

const LENGTH_BYTES = 4;
const ALIGNMENT = 8;

/** Encodes a tensor as a frame. */
export function encodeTensorFrame({ data, ...named }: WireTensor): Uint8Array {
  const { runId, step, name, shape, skipped } = named;
  const header = { runId, step, name, dtype: 'float32', shape, skipped };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT;
  const frame = new Uint8Array(start + data.byteLength);
  new DataView(frame.buffer).setUint32(0, start - LENGTH_BYTES, true);
  frame.fill(0x20, LENGTH_BYTES, start);
  frame.set(json, LENGTH_BYTES);
  // Every supported platform is little-endian.
  frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return frame;
}

const isWhole = (value: unknown): value is number => Number.isInteger(value);

/** Decodes a frame to its tensor, the values copied; Left describes what is wrong with the frame. */
export function decodeTensorFrame(frame: ArrayBuffer): E.Either<string, WireTensor> {
  if (frame.byteLength < ALIGNMENT) return E.left('tensor: the frame is too short');
  const headerLength = new DataView(frame).getUint32(0, true);
  const start = LENGTH_BYTES + headerLength;
  if (start > frame.byteLength || start % ALIGNMENT !== 0) {
    return E.left(`tensor: bad header length ${headerLength}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, LENGTH_BYTES, headerLength)));
  } catch {
    return E.left('tensor: the header is not JSON');
  }
  if (!isPlainObject(header) || !Array.isArray(header['shape'])) {
    return E.left('tensor: the header lacks a shape');
  }
  const { runId, step, name, dtype, skipped } = header;
  const shape: unknown[] = header['shape'];
  if (typeof runId !== 'string' || typeof name !== 'string' || !isWhole(step) || !shape.every(isWhole)) {
    return E.left('tensor: the header lacks runId, name, step or a shape of whole numbers');
  }
  if (typeof dtype !== 'string' || !['float32', 'f32'].includes(dtype.toLowerCase())) {
    return E.left(`tensor ${name}: float32 was expected, got ${String(dtype)}`);
  }
  const bytes = 4 * shape.reduce<number>((product, size) => product * size, 1);
  if (frame.byteLength - start !== bytes) {
    return E.left(`tensor ${name}: ${bytes} bytes of values were expected, got ${frame.byteLength - start}`);
  }
  return E.right({
    ...{ runId, name, step, shape, data: new Float32Array(frame.slice(start)) },
    ...(isWhole(skipped) && skipped > 0 ? { skipped } : {}),
  });
}
