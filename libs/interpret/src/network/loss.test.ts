import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLosses, rowCorrect, rowLoss, rowLosses, splitMeans } from './loss.js';

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

describe('rowLosses', () => {
  const relative = (x: number, y: number): number => (Object.is(x, y) || x === y ? 0 : Math.abs(x / y - 1));

  it('takes on the kernel the losses that plain loops take, whatever the widths, classes and sizes of logits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(0, 1, 30, 400),
        fc.integer(),
        (rows, classes, more, size, seed) => {
          const width = classes + more;
          const logits = Float64Array.from(
            { length: rows * width },
            (_, i) => size * Math.sin(seed + 1.7 * i),
          );
          // One label in four is of no class.
          const labels = Array.from({ length: rows }, (_, r) => (r % 4 === 3 ? -1 : (r * 5) % classes));
          const kept = logits.slice();
          const losses = rowLosses(logits, width, labels, classes);
          const plain = plainLosses(logits, width, labels, classes);
          losses.forEach((loss, r) => expect(relative(loss, plain[r])).toBeLessThan(1e-13));
          expect(logits).toEqual(kept);
        },
      ),
      { seed: 8, numRuns: 200 },
    );
  });

  it('hides no logit that is not a number, and takes more rows than fit at a time', () => {
    expect(rowLosses(Float64Array.of(0, NaN, 1), 3, [0])).toEqual(Float64Array.of(NaN));
    const labels = new Int32Array(5000).map((_, r) => r % 100);
    const logits = Float32Array.from({ length: 5000 * 100 }, (_, i) => 9 * Math.sin(i));
    const [losses, plain] = [rowLosses(logits, 100, labels), plainLosses(logits, 100, labels, 100)];
    expect(losses.every((loss, r) => relative(loss, plain[r]) < 1e-13)).toBe(true);
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
