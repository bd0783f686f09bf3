import { describe, expect, it } from 'vitest';
import { lossAxisRange, positiveExtent, stepAxisEnd } from './plot-range.js';

describe('the step axis', () => {
  it('holds still while steps come, and never goes past the last one', () => {
    expect([0, 15, 21, 60, 130].map((last) => stepAxisEnd(last, 1200, false))).toEqual([
      20, 20, 50, 100, 200,
    ]);
    expect(stepAxisEnd(1010, 1200, false)).toBe(1200);
    expect(stepAxisEnd(640, null, false)).toBe(1000);
  });

  it('ends where a finished run ended', () => {
    expect(stepAxisEnd(647, 1200, true)).toBe(647);
  });
});

describe('the loss axis', () => {
  it('goes down to a whole power of ten and leaves air above', () => {
    expect(lossAxisRange([3.2e-4, 11.2])).toEqual([1e-4, 50]);
    expect(lossAxisRange([4.7, 4.7])).toEqual([1, 20]);
    expect(lossAxisRange(null)).toEqual([0.1, 10]);
  });

  it('sees only what a logarithm can show', () => {
    expect(
      positiveExtent([
        [null, 0, 2],
        [Number.NaN, 5],
      ]),
    ).toEqual([2, 5]);
    expect(positiveExtent([[], [null]])).toBeNull();
  });
});
