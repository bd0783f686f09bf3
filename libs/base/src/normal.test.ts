import { describe, expect, it } from 'vitest';
import { normalDensity, normalDistribution } from './normal.js';

// x, Φ(x) from erfc in double precision: Python 3, 0.5 * math.erfc(-x / math.sqrt(2)).
const KNOWN: readonly (readonly [number, number])[] = [
  [-20.5, 1.0764673258791014e-93],
  [-6.25, 2.0522634252189523e-10],
  [-3.5, 0.00023262907903552504],
  [-3, 0.0013498980316300957],
  [-2.75, 0.0029797632350545573],
  [-1, 0.15865525393145707],
  [-0.125, 0.4502617751698871],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1.75, 0.9599408431361829],
  [2.99, 0.9986051127645077],
  [3.01, 0.9986937615512306],
  [7, 0.9999999999987201],
];

describe('the normal distribution', () => {
  it.each(KNOWN)('at %f is right to 13 digits', (x, value) => {
    expect(Math.abs(normalDistribution(x) / value - 1)).toBeLessThan(3e-13);
  });

  it('is symmetric, and its slope is the density', () => {
    for (let x = -9; x <= 9; x += 0.37) {
      expect(normalDistribution(x) + normalDistribution(-x)).toBeCloseTo(1, 14);
      const slope = (normalDistribution(x + 1e-4) - normalDistribution(x - 1e-4)) / 2e-4;
      expect(Math.abs(slope - normalDensity(x))).toBeLessThan(1e-8);
    }
  });

  it('keeps NaN, and ends at 0 and 1', () => {
    expect([NaN, -Infinity, Infinity].map(normalDistribution)).toEqual([NaN, 0, 1]);
  });
});
