/** A tensor as it goes over the wire. */
export interface WireTensor {
  readonly runId: string;
  readonly step: number;
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
  /** How many of this name were left out before it, where some were. */
  readonly skipped?: number;
}

const LENGTH_BYTES = 4;
const ALIGNMENT = 8;

/**
 * One binary frame: u32 little-endian header length; a JSON header `{runId, step, name, dtype, shape}` padded
 * with spaces so that the values begin at a multiple of 8; then raw little-endian float32 values.
 */
export function encodeTensorFrame({ data, ...named }: WireTensor): Uint8Array {
  const { runId, step, name, shape, skipped } = named;
  const header = { runId, step, name, dtype: 'float32', shape, skipped };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT;
  const frame = new Uint8Array(start + data.byteLength);
  new DataView(frame.buffer).setUint32(0, start - LENGTH_BYTES, true);
  frame.fill(0x20, LENGTH_BYTES, start);
  frame.set(json, LENGTH_BYTES);
  // Every platform Node runs on is little-endian.
  frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return frame;
}
