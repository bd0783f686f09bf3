import { crc32c } from './crc32c.js';

/** One number of one curve. */
export interface Scalar {
  /** Curves of one prefix before a slash share a panel: `loss/train`. */
  readonly tag: string;
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** Kept as float32. */
  readonly value: number;
}

/** A text at one step, for values that are not numbers. */
export interface Note extends Omit<Scalar, 'value'> {
  readonly text: string;
}

/**
 * Scalars and notes as a TensorBoard event file: `Event` messages in TFRecord frames, the first one naming the version.
 *
 * Source: tensorflow `core/lib/io/record_writer.h` (frames, masked CRC-32C), `core/util/event.proto`,
 * `core/framework/summary.proto`, `core/framework/tensor.proto`; notes as the text plugin of TensorBoard reads them.
 */
export function encodeTensorboard(scalars: readonly (Scalar | Note)[]): Uint8Array {
  const first = scalars[0]?.wallTime ?? 0;
  const version = message([doubleField(1, first), bytesField(3, utf8('brain.Event:2'))]);
  return concatenate([record(version), ...scalars.map((scalar) => record(eventOf(scalar)))]);
}

function eventOf(point: Scalar | Note): Uint8Array {
  const { tag, step, wallTime } = point;
  const value = 'text' in point ? textFields(point.text) : [floatField(2, point.value)];
  const summary = message([bytesField(1, message([bytesField(1, utf8(tag)), ...value]))]);
  return message([doubleField(1, wallTime), varintField(2, step), bytesField(5, summary)]);
}

const DT_STRING = 7;

/** For a `Summary.Value`: a tensor of one string, and metadata that name the plugin. */
function textFields(text: string): Uint8Array[] {
  const shape = message([bytesField(2, message([varintField(1, 1)]))]);
  const tensor = message([varintField(1, DT_STRING), bytesField(2, shape), bytesField(8, utf8(text))]);
  const metadata = message([bytesField(1, message([bytesField(1, utf8('text'))]))]);
  return [bytesField(8, tensor), bytesField(9, metadata)];
}

/** u64 length, masked CRC of those eight bytes, data, masked CRC of the data; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return bytes;
}

/** Masked, so that the CRC of data that contain CRCs stays reliable. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

// Protocol buffers: a field is its key (number · 8 + wire type) and its value.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const key = (field: number, wire: number): Uint8Array => varint(field * 8 + wire);
const message = concatenate;

function varintField(field: number, value: number): Uint8Array {
  return concatenate([key(field, VARINT), varint(value)]);
}

function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return concatenate([key(field, FIXED64), bytes]);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatenate([key(field, FIXED32), bytes]);
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concatenate([key(field, BYTES), varint(bytes.length), bytes]);
}

/** Seven bits in each byte, least significant first; `value` is a whole number from 0 to 2^53. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
