import { describe, expect, it } from 'vitest';
import { rowCorrect, rowLoss, splitMeans } from './loss.js';

describe('rowLoss', () => {
  it('is exact from far below float64’s resolution of 1 to beyond where exponentials overflow', () => {
    // Two classes: log(1 + e^−x), whose value far out is e^−x, and x on the other side.
    for (const x of [1, 20, 50, 200, 600]) {
      expect(rowLoss(Float64Array.of(x, 0), 0, 2, 0) / Math.log1p(Math.exp(-x))).toBeCloseTo(1, 14);
    }
    expect(rowLoss(Float64Array.of(0, 1000), 0, 2, 0)).toBe(1000);
    expect(rowLoss(Float64Array.of(3, 3, 3, 3), 0, 4, 2)).toBeCloseTo(Math.log(4), 14);
  });

  it('does not change when all logits do', () => {
    const logits = Float64Array.of(1.5, -2, 0.25, 7);
    for (const label of [0, 1, 2, 3])
      expect(
        rowLoss(
          logits.map((x) => x + 31),
          0,
          4,
          label,
        ),
      ).toBeCloseTo(rowLoss(logits, 0, 4, label), 12);
  });
});

describe('rowCorrect', () => {
  it('takes the first of equals, as the engines do', () => {
    const logits = Float64Array.of(0, 2, 2);
    expect([0, 1, 2].map((label) => rowCorrect(logits, 0, 3, label))).toEqual([false, true, false]);
  });
});

describe('splitMeans', () => {
  it('leaves out the mean of an empty set', () => {
    expect(splitMeans([1, 2, 6], { train: Int32Array.of(0, 2, 1), test: new Int32Array(0) })).toEqual({
      train: 3,
      all: 3,
    });
  });
});
