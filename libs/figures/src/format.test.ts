import { describe, expect, it } from 'vitest';
import {
  countInWords,
  formatCount,
  formatDuration,
  formatExact,
  formatNumber,
  formatPercent,
} from './format.js';

/** Compare as a reader does: a no-break space is a space. */
const plain = (text: string): string => text.replace(/\u00a0/g, ' ');

describe('numbers', () => {
  it.each([
    [0.0312, '0.031'],
    [4.736, '4.74'],
    [38.06, '38.1'],
    [1704.2, '1,704'],
    [0.00214, '0.0021'],
    [9.20242e-9, '9.2 × 10⁻⁹'],
    [-0.5, '-0.500'],
    [0, '0'],
    [null, '–'],
    [Number.NaN, '–'],
  ])('%s reads %s', (value, text) => {
    expect(plain(formatNumber(value))).toBe(text);
  });

  it('exact values carry six digits', () => {
    expect(formatExact(0.0312345678)).toBe('0.0312346');
    expect(formatExact(1704.218)).toBe('1,704.22');
  });

  it('thousands are separated, decimals are not', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatExact(0.00123456789)).toBe('0.00123457');
  });

  it('small counts are words', () => {
    expect([0, 5, 10, 11].map(countInWords)).toEqual(['no', 'five', 'ten', '11']);
  });
});

describe('per cent', () => {
  it.each([
    [0.9912, '99.1 %'],
    [1, '100 %'],
    [0.99996, '99.9 %'],
    [0.00001, '0.1 %'],
    [0, '0 %'],
    [null, '–'],
  ])('%s reads %s', (value, text) => {
    expect(plain(formatPercent(value))).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    [840, '0.8 s'],
    [42_000, '42 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms reads %s', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });
});
