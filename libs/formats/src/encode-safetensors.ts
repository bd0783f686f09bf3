import { formatShape, invariant, sizeOf } from '@grokscope/base';
import type { Tensor, Tensors } from './tensor.js';
import { bytesPerElement } from './tensor.js';

/**
 * The bytes of a safetensors file with these tensors and, in `__metadata__`, these texts.
 *
 * The same content gives the same bytes, whatever the order of the arguments' keys: metadata are sorted by key; tensors
 * by element size, largest first (so that every value is aligned), then by name. The header is padded with spaces so
 * that the values begin at a multiple of 8. Throws if a tensor's data do not fit its shape, which is a defect of the
 * caller.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */
export function encodeSafetensors(
  tensors: Tensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors).sort(fileOrder);
  const header = headerBytes(entries, Object.entries(metadata).sort(byName));
  const dataLength = entries.reduce((sum, [, tensor]) => sum + byteLength(tensor), 0);
  const bytes = new Uint8Array(8 + header.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

type Entry = readonly [name: string, tensor: Tensor];

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fileOrder(a: Entry, b: Entry): number {
  return bytesPerElement(b[1].dtype) - bytesPerElement(a[1].dtype) || byName(a, b);
}

function byteLength({ dtype, shape }: Tensor): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}

function headerBytes(entries: readonly Entry[], metadata: readonly [string, string][]): Uint8Array {
  const fields: string[] = [];
  // Written field by field: an object literal would move integer-like names to the front.
  if (metadata.length > 0) {
    const texts = metadata.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    fields.push(`"__metadata__":{${texts.join(',')}}`);
  }
  let begin = 0;
  for (const [name, tensor] of entries) {
    const { dtype, shape, data } = tensor;
    invariant(name !== '__metadata__', 'encodeSafetensors: a tensor cannot be named __metadata__');
    invariant(
      data.length === sizeOf(shape),
      `encodeSafetensors: tensor ${name} has shape ${formatShape(shape)} but ${data.length} values`,
    );
    const end = begin + byteLength(tensor);
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  return padded;
}
