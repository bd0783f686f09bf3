import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import { encodeCsv, encodeParquet, encodeTensorboard } from './index.js';
import type { Table } from './index.js';

const table: Table = [
  { name: 'step', type: 'integer', values: [0, 10, 9007199254740991] },
  { name: 'train,loss', type: 'number', values: [0.1, null, 1e-9] },
  { name: 'time', type: 'text', values: ['a', 'say "b"\nc', null] },
];

describe('CSV', () => {
  it('quotes what needs it, leaves null empty, and gives numbers back exactly', () => {
    expect(new TextDecoder().decode(encodeCsv(table))).toBe(
      'step,"train,loss",time\n0,0.1,a\n10,,"say ""b""\nc"\n9007199254740991,1e-9,\n',
    );
  });

  it('of an empty table is its header', () => {
    expect(new TextDecoder().decode(encodeCsv([{ name: 'step', type: 'integer', values: [] }]))).toBe(
      'step\n',
    );
  });
});

describe('Parquet', () => {
  it('comes back from another library with its types and nulls', async () => {
    const file = encodeParquet(table).buffer as ArrayBuffer;
    expect(
      parquetMetadata(file)
        .schema.slice(1)
        .map(({ name, type }) => [name, type]),
    ).toEqual([
      ['step', 'INT64'],
      ['train,loss', 'DOUBLE'],
      ['time', 'BYTE_ARRAY'],
    ]);
    expect(await parquetReadObjects({ file })).toEqual([
      { step: 0n, 'train,loss': 0.1, time: 'a' },
      { step: 10n, 'train,loss': null, time: 'say "b"\nc' },
      { step: 9007199254740991n, 'train,loss': 1e-9, time: null },
    ]);
  });
});

describe('CRC-32C', () => {
  // Source: RFC 3720, appendix B.4, "CRC Examples".
  it.each([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 bytes ascending', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ])('of %s is that of the standard', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

/** The records of an event file, each checked against its CRCs; a second writing of the format, from its description. */
function readRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const masked = (part: Uint8Array): number => {
    const crc = BigInt(crc32c(part));
    return Number((((crc >> 15n) | ((crc << 17n) & 0xffffffffn)) + 0xa282ead8n) & 0xffffffffn);
  };
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(masked(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(masked(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

describe('TensorBoard events', () => {
  it('are framed records with the version first', () => {
    const scalar = { tag: 'loss/train', step: 300, wallTime: 1.5, value: 0.25 };
    const [first, second, ...more] = readRecords(encodeTensorboard([scalar]));
    expect(more).toEqual([]);
    expect(new TextDecoder().decode(first!.subarray(-13))).toBe('brain.Event:2');
    // key 1 double 1.5 · key 2 varint 300 · key 5 summary { value { tag, simple_value 0.25 } }
    expect(Buffer.from(second!).toString('hex')).toBe(
      `09000000000000f83f10ac022a130a110a0a${Buffer.from('loss/train').toString('hex')}150000803e`,
    );
  });

  it('of no scalars are a file with its version', () => {
    expect(readRecords(encodeTensorboard([]))).toHaveLength(1);
  });
});
