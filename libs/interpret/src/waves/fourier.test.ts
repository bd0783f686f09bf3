import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { embeddingSpectrum, fourierBasis, frequencyPlane, strongestFrequencies } from './fourier.js';

const matrix = (rows: number, columns: number) =>
  fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: rows * columns,
      maxLength: rows * columns,
    })
    .map((values) => Float64Array.from(values));

/** An embedding that turns numbers into angles: cos and sin of frequency k in dimensions 0 and 1. */
const circleEmbedding = (p: number, dModel: number, k: number, radius: number): Float64Array => {
  const W_E = new Float64Array((p + 1) * dModel);
  for (let n = 0; n < p; n += 1) {
    W_E[n * dModel] = radius * Math.cos((2 * Math.PI * k * n) / p);
    W_E[n * dModel + 1] = radius * Math.sin((2 * Math.PI * k * n) / p);
  }
  W_E.fill(9, p * dModel);
  return W_E;
};

describe('fourierBasis', () => {
  it.each([3, 7, 12, 53, 113])('has orthonormal rows for p = %i', (p) => {
    const basis = fourierBasis(p);
    for (let i = 0; i < p; i += 1) {
      for (let j = i; j < p; j += 1) {
        let sum = 0;
        for (let x = 0; x < p; x += 1) sum += (basis[i * p + x] ?? NaN) * (basis[j * p + x] ?? NaN);
        expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-12);
      }
    }
  });

  it('starts with the constant, then cosine and sine of each frequency', () => {
    const basis = fourierBasis(5);
    expect(basis[0]).toBeCloseTo(1 / Math.sqrt(5), 14);
    expect(basis[5]).toBeCloseTo(Math.sqrt(2 / 5), 14);
    expect(basis[10]).toBe(0);
    expect(basis[3 * 5 + 1]).toBeCloseTo(Math.sqrt(2 / 5) * Math.cos((4 * Math.PI) / 5), 14);
  });
});

describe('embeddingSpectrum', () => {
  it('keeps the sum of squares (Parseval), leaving the "=" row out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([5, 3], [7, 4], [11, 2]),
        fc.infiniteStream(fc.double({ min: -2, max: 2, noNaN: true })),
        ([p = 5, dModel = 3], values) => {
          const W_E = Float64Array.from({ length: (p + 1) * dModel }, () => values.next().value as number);
          const { component } = embeddingSpectrum(W_E, p, dModel);
          const spectral = component.reduce((sum, norm) => sum + norm * norm, 0);
          const direct = W_E.subarray(0, p * dModel).reduce((sum, value) => sum + value * value, 0);
          expect(spectral).toBeCloseTo(direct, 9);
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  it('puts a pure wave at its own frequency and nowhere else', () => {
    const { byFrequency, component } = embeddingSpectrum(circleEmbedding(53, 6, 17, 1), 53, 6);
    expect(byFrequency).toHaveLength(26);
    expect(byFrequency[16]).toBeCloseTo(Math.sqrt(53), 10);
    expect(component[33]).toBeCloseTo(Math.sqrt(53 / 2), 10);
    expect(Math.max(...byFrequency.filter((_, i) => i !== 16))).toBeLessThan(1e-10);
  });

  it('combines cosine and sine of one frequency as root of the sum of squares', () => {
    fc.assert(
      fc.property(matrix(7, 2), (W_E) => {
        const { byFrequency, component } = embeddingSpectrum(W_E, 7, 2);
        for (const k of [1, 2, 3]) {
          expect(byFrequency[k - 1]).toBeCloseTo(
            Math.hypot(component[2 * k - 1] ?? NaN, component[2 * k] ?? NaN),
            12,
          );
        }
      }),
      { seed: 2, numRuns: 20 },
    );
  });
});

describe('frequencyPlane', () => {
  it('shows an embedding of angles as a circle with each number at its angle', () => {
    const p = 31;
    const plane = frequencyPlane(circleEmbedding(p, 5, 4, 0.5), p, 5, 4);
    for (let n = 0; n < p; n += 1) {
      expect(plane.x[n]).toBeCloseTo(0.5 * Math.cos((8 * Math.PI * n) / p), 10);
      expect(plane.y[n]).toBeCloseTo(0.5 * Math.sin((8 * Math.PI * n) / p), 10);
    }
  });

  it('never lengthens a vector: axes are orthonormal', () => {
    fc.assert(
      fc.property(matrix(7, 3), fc.integer({ min: 1, max: 3 }), (W_E, k) => {
        const plane = frequencyPlane(W_E, 7, 3, k);
        for (let n = 0; n < 7; n += 1) {
          const row = W_E.subarray(n * 3, n * 3 + 3);
          expect(Math.hypot(plane.x[n] ?? NaN, plane.y[n] ?? NaN)).toBeLessThanOrEqual(
            Math.hypot(...row) + 1e-9,
          );
        }
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it('is the origin where the embedding is zero', () => {
    expect([...frequencyPlane(new Float32Array(6 * 4), 5, 4, 1).x]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('strongestFrequencies', () => {
  it('orders by strength, equals by the lower frequency', () => {
    expect(strongestFrequencies([1, 5, 3, 5], 3)).toEqual([2, 4, 3]);
    expect(strongestFrequencies([1], 3)).toEqual([1]);
  });
});
