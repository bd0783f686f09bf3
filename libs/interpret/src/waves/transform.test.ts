import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fourierBasis } from './fourier.js';
import { frequencyEnergies, pairSums } from './pair-sums.js';
import {
  componentNorms,
  fourierTransform,
  fourierTransform2d,
  frequenciesOf,
  rowsOfFrequency,
} from './transform.js';

const values = (size: number, seed: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => Math.sin(seed + i * i * 0.37) + Math.cos(i + seed));

const orders = fc.constantFrom(2, 3, 4, 5, 7, 10, 13);

describe('fourierTransform', () => {
  it('is the product with the Fourier basis, for odd and even orders', () => {
    fc.assert(
      fc.property(orders, fc.integer({ min: 1, max: 4 }), fc.integer(), (n, width, seed) => {
        const X = values(n * width, seed);
        const basis = fourierBasis(n);
        const got = fourierTransform(X, n, width);
        for (let f = 0; f < n; f++)
          for (let c = 0; c < width; c++) {
            let want = 0;
            for (let x = 0; x < n; x++) want += basis[f * n + x] * X[x * width + c];
            expect(got[f * width + c]).toBeCloseTo(want, 12);
          }
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('keeps sums of squares (Parseval), in one and in two dimensions', () => {
    fc.assert(
      fc.property(orders, fc.integer(), (n, seed) => {
        const X = values(n * n * 2, seed);
        const squares = (Y: Float64Array): number => Y.reduce((sum, y) => sum + y * y, 0);
        expect(squares(fourierTransform2d(X, n, 2))).toBeCloseTo(squares(X), 9);
        expect(squares(componentNorms(X.subarray(0, 2 * n), n, 2))).toBeCloseTo(
          squares(X.subarray(0, 2 * n)),
          9,
        );
      }),
      { seed: 2, numRuns: 30 },
    );
  });
});

describe('frequencyEnergies', () => {
  it('sums the squares of a frequency’s coefficients in the 2-D transform', () => {
    fc.assert(
      fc.property(orders, fc.integer(), (n, seed) => {
        const X = values(n * n * 3, seed);
        const full = fourierTransform2d(X, n, 3);
        const got = frequencyEnergies(pairSums(X, n, 3), n, 3);
        for (const k of frequenciesOf(n))
          for (let c = 0; c < 3; c++) {
            const rows = [0, ...rowsOfFrequency(n, k)];
            let want = 0;
            for (const f of rows) for (const g of rows) if (f + g > 0) want += full[(f * n + g) * 3 + c] ** 2;
            expect(got[(k - 1) * 3 + c]).toBeCloseTo(want, 9);
          }
      }),
      { seed: 3, numRuns: 30 },
    );
  });
});
