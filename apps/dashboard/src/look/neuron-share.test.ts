import { fourierTransform2d } from '@grokscope/interpret';
import { describe, expect, it } from 'vitest';
import { bestFrequency, waveName } from './neuron-share.js';

const transformOf = (n: number, f: (i: number, j: number) => number): Float64Array =>
  fourierTransform2d(
    Float64Array.from({ length: n * n }, (_, at) => f(Math.floor(at / n), at % n)),
    n,
    1,
  );

describe('the frequency of a neuron', () => {
  it.each([11, 12])('is found whatever its phase, order %i', (n) => {
    const wave = (x: number): number => Math.cos((2 * Math.PI * 3 * x) / n + 0.4);
    const other = (x: number): number => Math.sin((2 * Math.PI * 2 * x) / n);
    const found = bestFrequency(
      transformOf(n, (i, j) => wave(i) + wave(j) + wave(i) * wave(j) + 0.5 * other(i)),
      n,
    );
    expect(found?.k).toBe(3);
    // Squares over the pairs: 1/2 + 1/2 + 1/4 of frequency 3, 1/8 of frequency 2.
    expect(found?.share).toBeCloseTo(1.25 / 1.375, 10);
  });

  it('is none of a neuron that never varies', () => {
    expect(bestFrequency(new Float64Array(25), 5)).toBeNull();
  });

  it('names waves as one would', () => {
    expect([0, 5, 6].map((row) => waveName(7, row))).toEqual(['1', 'cos 3', 'sin 3']);
    expect(waveName(8, 7)).toBe('alternating 4');
  });
});
