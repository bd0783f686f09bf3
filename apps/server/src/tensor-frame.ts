/** A tensor as it goes over the wire. */
export interface WireTensor {
  readonly runId: string;
  readonly step: number;
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

const LENGTH_BYTES = 4;
const ALIGNMENT = 8;

/**
 * One binary frame: u32 little-endian header length; a JSON header `{runId, step, name, dtype, shape}` padded
 * with spaces so that the values begin at a multiple of 8; then raw little-endian float32 values.
 */
export function encodeTensorFrame({ runId, step, name, shape, data }: WireTensor): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ runId, step, name, dtype: 'float32', shape }));
  const start = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT;
  const frame = new Uint8Array(start + data.byteLength);
  new DataView(frame.buffer).setUint32(0, start - LENGTH_BYTES, true);
  frame.fill(0x20, LENGTH_BYTES, start);
  frame.set(json, LENGTH_BYTES);
  // Every platform Node runs on is little-endian.
  frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return frame;
}
