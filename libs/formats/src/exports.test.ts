import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import { csvField, encodeCsv, encodeParquet, encodeTensorboard } from './index.js';
import type { Table } from './index.js';

const table: Table = [
  { name: 'step', type: 'integer', values: [0, 10, 9007199254740991] },
  { name: 'train,loss', type: 'number', values: [0.1, null, 1e-9] },
  { name: 'time', type: 'text', values: ['a', 'say "b"\nc', null] },
  { name: 'sure', type: 'boolean', values: [true, false, null] },
];

describe('CSV', () => {
  it('quotes what needs it, leaves null empty, and gives numbers back exactly', () => {
    expect(new TextDecoder().decode(encodeCsv(table))).toBe(
      'step,"train,loss",time,sure\n0,0.1,a,true\n10,,"say ""b""\nc",false\n9007199254740991,1e-9,,\n',
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['-x + y', "'-x + y"],
    ['+cmd|calc', "'+cmd|calc"],
    ['@SUM(A1,A2)', `"'@SUM(A1,A2)"`],
    ['\t=1', "'\t=1"],
    ['\r=1', `'\\u000d=1`],
    ["'quoted", "''quoted"],
    ['-0.5', '-0.5'],
    ['+1e-9', '+1e-9'],
    ['x - y', 'x - y'],
    ['\u001b[31mred\u0007', '\\u001b[31mred\\u0007'],
    [-0.5, '-0.5'],
    [true, 'true'],
  ])('has %j as a field that is no formula and moves no cursor', (value, field) => {
    expect(csvField(value)).toBe(field);
  });

  it('gives every text back to who takes one apostrophe off its front', () => {
    const text = fc.string({ unit: fc.constantFrom(...`'=+-@a1 ,"\n`) });
    fc.assert(
      fc.property(text, (value) => {
        const field = csvField(value);
        const read = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        expect(read.replace(/^'/, '')).toBe(value);
        expect(read).not.toMatch(/^[=@]/);
      }),
      { seed: 43 },
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
      ['sure', 'BOOLEAN'],
    ]);
    expect(await parquetReadObjects({ file })).toEqual([
      { step: 0n, 'train,loss': 0.1, time: 'a', sure: true },
      { step: 10n, 'train,loss': null, time: 'say "b"\nc', sure: false },
      { step: 9007199254740991n, 'train,loss': 1e-9, time: null, sure: null },
    ]);
  });
});

describe('Parquet of a table without rows', () => {
  it('has its columns with their types', async () => {
    const empty: Table = table.map((column) => ({ ...column, values: [] }));
    const file = encodeParquet(empty).buffer as ArrayBuffer;
    expect(
      parquetMetadata(file)
        .schema.slice(1)
        .map(({ type }) => type),
    ).toEqual(['INT64', 'DOUBLE', 'BYTE_ARRAY', 'BOOLEAN']);
    expect(await parquetReadObjects({ file })).toEqual([]);
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

  it('have a note as the text plugin reads it', () => {
    const note = { tag: 't', step: 1, wallTime: 0, text: 'hi' };
    const [, record] = readRecords(encodeTensorboard([note]));
    // summary { value { tag 't'
    //   tensor { dtype DT_STRING, tensor_shape { dim { size 1 } }, string_val 'hi' }
    //   metadata { plugin_data { plugin_name 'text' } } } }
    const tensor = '420c' + '0807' + '12041202' + '0801' + '42026869';
    const metadata = '4a08' + '0a06' + '0a0474657874';
    expect(Buffer.from(record!).toString('hex')).toBe(
      `0900000000000000001001${'2a1d'}${'0a1b'}0a0174${tensor}${metadata}`,
    );
  });

  it('of no scalars are a file with its version', () => {
    expect(readRecords(encodeTensorboard([]))).toHaveLength(1);
  });
});
