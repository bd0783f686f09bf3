import { describe, expect, it } from 'vitest';
import { decodeEvent, decodeMessage, decodeTensor } from './wire.js';

/** A tensor frame as the contract describes it. */
const frame = (header: object, values: readonly number[]): ArrayBuffer => {
  let text = JSON.stringify(header);
  while ((4 + text.length) % 8 !== 0) text += ' ';
  const bytes = new ArrayBuffer(4 + text.length + 4 * values.length);
  new DataView(bytes).setUint32(0, text.length, true);
  new Uint8Array(bytes, 4).set(new TextEncoder().encode(text));
  new Float32Array(bytes, 4 + text.length).set(values);
  return bytes;
};
const header = { runId: 'r', step: 7, name: 'embed.W_E', dtype: 'float32', shape: [2, 3] };

describe('tensor frames', () => {
  it('give name, step, shape and values', () => {
    const decoded = decodeTensor(frame(header, [1, 2, 3, 4, 5, 6.5]));
    expect(decoded).toMatchObject({
      _tag: 'Right',
      right: { runId: 'r', step: 7, name: 'embed.W_E', shape: [2, 3] },
    });
    expect(decoded._tag === 'Right' ? [...decoded.right.data] : []).toEqual([1, 2, 3, 4, 5, 6.5]);
  });

  it('say how many before them were left out, if any were', () => {
    const skippedOf = (skipped: unknown): unknown => {
      const decoded = decodeTensor(frame({ ...header, skipped }, [1, 2, 3, 4, 5, 6]));
      return decoded._tag === 'Right' ? decoded.right.skipped : decoded;
    };
    expect([3, 0, undefined, -1, 'x'].map(skippedOf)).toEqual([
      3,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['too short', new ArrayBuffer(3)],
    ['with fewer values than its shape', frame(header, [1, 2, 3])],
    ['of another type', frame({ ...header, dtype: 'float64' }, [1, 2, 3, 4, 5, 6])],
    ['without a shape', frame({ ...header, shape: undefined }, [])],
    ['whose header is longer than the frame', new Uint32Array([4000, 0]).buffer],
  ])('%s are refused', (_, bytes) => {
    expect(decodeTensor(bytes)._tag).toBe('Left');
  });
});

describe('text messages', () => {
  it('that are no JSON, no object or of no known type are refused', () => {
    for (const text of ['', '[1]', '3', '{"type":"hello"}', '{"type":"caughtUp"}', '{"type":"event"}']) {
      expect(decodeMessage(text)._tag, text).toBe('Left');
    }
  });

  it('a damaged event still says where it stands in the order', () => {
    const damaged = { type: 'metrics', runId: 'r', seq: 4, time: 't', step: 'ten' };
    expect(decodeEvent(damaged)).toMatchObject({ _tag: 'Right', right: { type: 'unread', seq: 4 } });
  });
});
