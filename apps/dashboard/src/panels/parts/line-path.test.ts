import { describe, expect, it } from 'vitest';
import { linePath } from './line-path.js';

describe('a line over bars', () => {
  it('is broken where there is no value: 0 is no power of a generator', () => {
    const path = linePath(
      [Number.NaN, 1, 2, Number.NaN, 3],
      (i) => 10 * i,
      (x) => -x,
    );
    expect(path).toBe('M10.0 -1.0L20.0 -2.0M40.0 -3.0');
  });

  it('is nothing without values', () => {
    expect(linePath([], Number, Number)).toBe('');
  });
});
