import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPlainProduct, addProduct } from './product.js';

const sizes = fc.tuple(
  fc.integer({ min: 1, max: 13 }),
  fc.integer({ min: 1, max: 11 }),
  fc.integer({ min: 1, max: 10 }),
);

describe('addProduct', () => {
  it('adds what plain loops add, to the bit, whatever the sizes', () => {
    fc.assert(
      fc.property(sizes, fc.integer(), ([m, k, n], seed) => {
        const wave = (size: number, step: number): Float64Array =>
          Float64Array.from({ length: size }, (_, i) => Math.sin(seed + step * i));
        const [A, B] = [wave(m * k, 1.1), Float32Array.from(wave(k * n, 0.7))];
        const [C, D] = [wave(m * n, 0.3), wave(m * n, 0.3)];
        addProduct(C, A, B, m, k, n);
        addPlainProduct(D, A, B, m, k, n);
        expect(C).toEqual(D);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('takes more rows than fit at a time', () => {
    const [m, k, n] = [1201, 257, 3];
    const A = Float64Array.from({ length: m * k }, (_, i) => (i % 17) - 8);
    const B = Float64Array.from({ length: k * n }, (_, i) => (i % 5) - 2);
    const [C, D] = [new Float64Array(m * n), new Float64Array(m * n)];
    addProduct(C, A, B, m, k, n);
    addPlainProduct(D, A, B, m, k, n);
    expect(C).toEqual(D);
  });
});
