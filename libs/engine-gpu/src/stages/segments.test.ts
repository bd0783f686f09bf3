import { describe, expect, it } from 'vitest';
import { segmentsOf } from './segments.js';

describe('segments', () => {
  const rowOf = Int32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 4 : i % 2));
  const { order, starts, rowStarts, longestSegment, longestRow } = segmentsOf(rowOf, 6);
  const entriesOf = (row: number): number[] =>
    Array.from(order.subarray(starts[rowStarts[row]], starts[rowStarts[row + 1]]));

  it('give every row its entries, in their order, and no other', () => {
    for (let row = 0; row < 6; row++)
      expect(entriesOf(row)).toEqual([...rowOf.keys()].filter((i) => rowOf[i] === row));
  });

  it('are no longer than said, and rows have no more than said: the bounds of loops', () => {
    const lengths = Array.from(starts.subarray(1), (end, s) => end - starts[s]);
    expect(Math.max(...lengths)).toBe(longestSegment);
    expect(longestSegment).toBeLessThanOrEqual(64);
    const segments = Array.from(rowStarts.subarray(1), (end, row) => end - rowStarts[row]);
    expect(Math.max(...segments)).toBe(longestRow);
    expect(longestRow).toBe(2);
  });

  it('of an empty row are one empty segment, so that its sum is written as zero', () => {
    expect(rowStarts[3] - rowStarts[2]).toBe(1);
    expect(entriesOf(2)).toEqual([]);
  });
});
