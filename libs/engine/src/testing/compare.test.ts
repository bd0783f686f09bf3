import { describe, expect, it } from 'vitest';
import { differingNames, largestDifference } from './compare.js';

describe('the largest difference', () => {
  it('is that of any entry, and not a number where one is not or the lengths differ', () => {
    expect(largestDifference([1, 2, 3], [1, 2.5, 2.75])).toBe(0.5);
    expect(largestDifference([], [])).toBe(0);
    for (const got of [
      [1, NaN, 9],
      [NaN, 2, 3],
      [1, 2],
    ])
      expect(largestDifference(got, [1, 2, 3])).toBeNaN();
    expect(largestDifference([1, 2, 3], [1, NaN, 3])).toBeNaN();
  });
});

describe('the names under which values differ', () => {
  it('are those of any bit, the sign of zero included, and of values that only one has', () => {
    const want = { a: Float32Array.of(1, 2), b: Float32Array.of(0), c: Float64Array.of(NaN) };
    expect(differingNames({ ...want, a: Float32Array.of(1, 2) }, want)).toEqual([]);
    expect(differingNames({ ...want, a: Float32Array.of(1, 2 + 2 ** -22) }, want)).toEqual(['a']);
    expect(differingNames({ ...want, b: Float32Array.of(-0) }, want)).toEqual(['b']);
    expect([...differingNames({ a: want.a, d: want.b }, want)].sort()).toEqual(['b', 'c', 'd']);
    expect(differingNames({ ...want, c: Float64Array.of(NaN, 1) }, want)).toEqual(['c']);
  });
});
