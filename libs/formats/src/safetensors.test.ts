import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, vi } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  findNonFinite,
  floatValues,
  formatFormatError,
} from './index.js';
import type { SafetensorsFile, Tensors } from './index.js';

function decoded(bytes: Uint8Array): SafetensorsFile {
  const result = decodeSafetensors(bytes);
  if (E.isLeft(result)) throw new Error(formatFormatError(result.left));
  return result.right;
}

function refusal(bytes: Uint8Array): string {
  const result = decodeSafetensors(bytes);
  if (E.isRight(result)) throw new Error('read, but should have been refused');
  return formatFormatError(result.left);
}

/** A file with this header and so many bytes of data. */
function file(header: unknown, dataLength: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

/** A header with two tensors of four bytes, under these names as they stand in the text. */
const twice = (a: string, b: string): string =>
  `{${a}:${JSON.stringify(f32([1], 0, 4))}, ${b} :${JSON.stringify(f32([1], 4, 8))}}`;

describe('safetensors', () => {
  it('refuses a header that is too large to be looked at before it is parsed', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const wide = `{"__metadata__":{},"a":[${'0,'.repeat(1_000_001)}0]}`;
    expect(refusal(file(deep, 0))).toMatch(/header.* nested more than 8 levels deep/);
    expect(refusal(file(wide, 0))).toMatch(/header.* holds more than 1000000 values/);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('decodes what it encoded, whatever the names, shapes and values', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
    const names = fc.oneof(
      fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__'),
      fc.constantFrom('__proto__', 'constructor', '0', 'embed.W_E'),
    );
    const tensor = shapes.chain((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const of = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: size, maxLength: size });
      return fc.oneof(
        of(fc.float()).map((v) => ({ dtype: 'F32' as const, shape, data: Float32Array.from(v) })),
        of(fc.double()).map((v) => ({ dtype: 'F64' as const, shape, data: Float64Array.from(v) })),
        of(fc.integer()).map((v) => ({ dtype: 'I32' as const, shape, data: Int32Array.from(v) })),
        of(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((v) => ({
          dtype: 'I64' as const,
          shape,
          data: BigInt64Array.from(v),
        })),
        of(fc.nat(1)).map((v) => ({ dtype: 'BOOL' as const, shape, data: Uint8Array.from(v) })),
      );
    });
    const entries = fc.uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 5 });
    const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
    fc.assert(
      fc.property(entries, metadata, (list, texts) => {
        const bytes = encodeSafetensors(Object.fromEntries(list), texts);
        const back = decoded(bytes);
        expect(new Map(Object.entries(back.tensors))).toEqual(new Map(list));
        expect(new Map(Object.entries(back.metadata))).toEqual(new Map(Object.entries(texts)));
        expect(encodeSafetensors(Object.fromEntries([...list].reverse()), texts)).toEqual(bytes);
      }),
      { seed: 6 },
    );
  });

  it('writes the header the format prescribes, padded so that values are aligned', () => {
    const bytes = encodeSafetensors(
      {
        b: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) },
        a: { dtype: 'F32', shape: [], data: Float32Array.of(3) },
      },
      { step: '7' },
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { step: '7' },
      a: f32([], 0, 4),
      b: f32([2], 4, 12),
    });
    expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([3, 1, 2]);
  });

  it('reads from the middle of a larger buffer and hands out copies', () => {
    const bytes = encodeSafetensors({ w: { dtype: 'F64', shape: [1], data: Float64Array.of(0.5) } });
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    const { tensors } = decoded(larger.subarray(3));
    larger.fill(0);
    expect(tensors['w']?.data[0]).toBe(0.5);
    expect(tensors['toString']).toBeUndefined();
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /^file: has 0 bytes/],
    ['a header longer than the file', file('{}', 0).subarray(0, 9), /^header: says it is 2 bytes .* only 1/],
    ['an absurd header length', new Uint8Array(16).fill(0xff), /^header: says it is \d+ bytes long; at most/],
    ['a header that is not JSON', file('{"a":', 0), /^header: is not JSON/],
    ['a header that is a list', file([], 0), /^header: must be a JSON object/],
    ['metadata that are not texts', file({ __metadata__: { a: 1 } }, 0), /^__metadata__: "a" must be a text/],
    ['metadata that are no object', file({ __metadata__: 3 }, 0), /^__metadata__: must be an object/],
    ['an entry that is no object', file({ w: 3 }, 0), /^tensor "w": must be an object/],
    [
      'an element type it cannot read',
      file({ w: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, 1),
      /^tensor "w": dtype "F8_E4M3" .* allowed: F64, F32.*float32/,
    ],
    ['a negative size', file({ w: f32([-1], 0, 4) }, 4), /^tensor "w": shape \[-1\]/],
    ['a size that is no integer', file({ w: f32([0.5], 0, 2) }, 2), /^tensor "w": shape/],
    ['a shape that is no list', file({ w: f32(1, 0, 4) }, 4), /^tensor "w": shape 1 must be a list/],
    ['offsets that are no numbers', file({ w: f32([1], '0', 4) }, 4), /^tensor "w": data_offsets/],
    ['offsets that run backwards', file({ w: f32([1], 4, 0) }, 4), /^tensor "w": .* end before they begin/],
    ['offsets beyond the end', file({ w: f32([2], 0, 8) }, 4), /^tensor "w": .* leave the file/],
    ['a size that is not the shape’s', file({ w: f32([3], 0, 8) }, 8), /^tensor "w": .* needs 12/],
    ['a size beyond exact integers', file({ w: f32([2 ** 40, 2 ** 40], 0, 8) }, 8), /^tensor "w": .* needs/],
    ['overlapping tensors', file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), /^tensor "b": .* inside/],
    ['a hole', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /^tensor "b": .* hole from byte 4/],
    ['a hole at the start', file({ a: f32([1], 4, 8) }, 8), /^tensor "a": .* hole from byte 0/],
    ['a tensor named twice', file(twice('"w"', '"w"'), 8), /^header: names "w" twice/],
    ['one named twice in other letters', file(twice('"w"', '"\\u0077"'), 8), /^header: names "w" twice/],
    [
      'a shape given twice',
      file('{"w":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8),
      /^header: names "shape" twice/,
    ],
    [
      'metadata given twice',
      file('{"__metadata__":{"spec":"{\\"a\\":1}","step":"1","spec":""}}', 0),
      /^header: names "spec" twice/,
    ],
    ['bytes nobody claims', file({ a: f32([1], 0, 4) }, 8), /^file: has 8 bytes of data, .* claim 4/],
  ])('refuses %s, with what and where', (_what, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });

  it.each<[string, readonly number[] | string, RegExp]>([
    ['torch.save', 'PK\x03\x04\0\0\x08\x08\0\0archive/data.pkl', /a ZIP archive, .*\.pth.*save_file/],
    ['an older torch.save', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P', /a Python pickle, .*\.pth.*save_file/],
    ['NumPy', "\x93NUMPY\x01\0v\0{'descr': '<f4'", /a NumPy array/],
    ['HDF5', '\x89HDF\r\n\x1a\n and what follows', /an HDF5 file/],
    ['gzip', [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6], /compressed with gzip/],
    ['Git LFS', 'version https://git-lfs.github.com/spec/v1', /git lfs pull/],
    ['a web page', '<!DOCTYPE html><title>Not found</title>', /a web page/],
  ])('names a file of %s for what it is, and says what to do', (_what, content, message) => {
    const codes = typeof content === 'string' ? Array.from(content, (c) => c.charCodeAt(0)) : content;
    const text = refusal(Uint8Array.from(codes));
    expect(text).toMatch(/^file: is no safetensors file but /);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/bytes long/);
  });

  it('takes a key for one in its own object alone, whatever stands in texts', () => {
    const odd = { '{"a": "a"}': 'x', a: '"b":', b: '{"a":1,"a":2}', 'ends \\': '"' };
    const entries = Object.entries(odd).map(
      ([key, value]) => `${JSON.stringify(key)}\t: ${JSON.stringify(value)}`,
    );
    const { metadata } = decoded(
      file(`{"__metadata__":{${entries.join(',')}},"a":${JSON.stringify(f32([], 0, 4))}}`, 4),
    );
    expect({ ...metadata }).toEqual(odd);
  });

  it('refuses every file cut short', () => {
    const bytes = encodeSafetensors({ w: { dtype: 'F32', shape: [3], data: Float32Array.of(1, 2, 3) } });
    for (let length = 0; length < bytes.length; length++) {
      expect(E.isLeft(decodeSafetensors(bytes.subarray(0, length)))).toBe(true);
    }
  });

  it('never throws on damaged bytes', () => {
    const whole = encodeSafetensors({ w: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = whole.slice();
        bytes[at] = value;
        const result = decodeSafetensors(bytes);
        if (E.isLeft(result)) expect(result.left._tag).toBe('MalformedSafetensors');
        else expect(Object.values(result.right.tensors)).toHaveLength(1);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('refuses to write a tensor whose values do not fill its shape', () => {
    const data = Float32Array.of(1);
    expect(() => encodeSafetensors({ w: { dtype: 'F32', shape: [2], data } })).toThrow(/shape \[2\] but 1/);
  });

  it('finds the first value that is not finite, and only such', () => {
    const tensors: Tensors = {
      steps: { dtype: 'I32', shape: [1], data: Int32Array.of(1) },
      fine: { dtype: 'F32', shape: [2], data: Float32Array.of(1, -3e38) },
      broken: { dtype: 'F64', shape: [3], data: Float64Array.of(0, -Infinity, NaN) },
    };
    expect(findNonFinite(tensors)).toEqual({ name: 'broken', index: 1, value: -Infinity });
    const { steps, fine } = tensors as { steps: Tensors[string]; fine: Tensors[string] };
    expect(findNonFinite({ steps, fine })).toBeUndefined();
  });
});

describe('half precision', () => {
  const values = (dtype: 'F16' | 'BF16', ...bits: number[]): number[] => {
    const tensor = { dtype, shape: [bits.length], data: Uint16Array.from(bits) } as const;
    const { tensors } = decoded(encodeSafetensors({ w: tensor }));
    return Array.from(floatValues(tensors['w'])!);
  };

  it('gives the values that IEEE 754 gives its bits', () => {
    // Table of binary16 in the Wikipedia article "Half-precision floating-point format".
    const bits = [
      0x0001, 0x03ff, 0x0400, 0x3555, 0x3bff, 0x3c00, 0x3c01, 0x7bff, 0xc000, 0x8000, 0x7c00, 0xfc00,
    ];
    expect(values('F16', ...bits)).toEqual([
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      0.99951171875,
      1,
      1.0009765625,
      65504,
      -2,
      -0,
      Infinity,
      -Infinity,
    ]);
    expect(values('F16', 0x7e00)[0]).toBeNaN();
  });

  it('reads bfloat16 as the upper half of a float32', () => {
    expect(values('BF16', 0x3f80, 0xc000, 0x7f7f, 0x8000, 0x0001)).toEqual([
      1,
      -2,
      3.3895313892515355e38,
      -0,
      2 ** -133,
    ]);
    expect(values('BF16', 0x7f80)).toEqual([Infinity]);
    expect(values('BF16', 0x7fc0)[0]).toBeNaN();
  });

  it('is looked through for what is not finite too', () => {
    const data = Uint16Array.of(0x3c00, 0xfc00);
    const found = findNonFinite({ w: { dtype: 'F16', shape: [2], data } });
    expect(found).toEqual({ name: 'w', index: 1, value: -Infinity });
  });
});

const reference = new URL('../../../../shared/reference/nanda-wd0.1-seed1.safetensors', import.meta.url);

describe('the published reference network', () => {
  it.skipIf(!existsSync(reference))(
    'has its tensors and Σw² (skipped where the reference weights are not beside the project)',
    () => {
      const { tensors } = decoded(readFileSync(reference));
      expect(tensors['embed.W_E']?.shape).toEqual([114, 128]);
      expect(tensors['blocks.0.mlp.W_out']?.shape).toEqual([512, 128]);
      let sum = 0;
      for (const { dtype, data } of Object.values(tensors)) {
        if (dtype === 'F32') for (const value of data as Float32Array) sum += value * value;
      }
      // Recomputed in float64 by two independent programs from the published weights.
      expect(sum).toBeCloseTo(1180.966, 3);
    },
  );
});
