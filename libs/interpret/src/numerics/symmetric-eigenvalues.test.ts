import { createRandom } from '@grokscope/base';
import { describe, expect, it } from 'vitest';
import { product } from './product.js';
import { singularValues } from './singular-values.js';
import { symmetricEigenvalues, tridiagonalEigenvalues } from './symmetric-eigenvalues.js';

describe('eigenvalues of a symmetric matrix', () => {
  it('are known of small ones, also where some are equal, zero or negative', () => {
    const of = (rows: readonly (readonly number[])[]): number[] =>
      Array.from(symmetricEigenvalues(Float64Array.from(rows.flat()), rows.length));
    expect(of([[3]])).toEqual([3]);
    expect(of([])).toEqual([]);
    const two = of([
      [1, 2],
      [2, -2],
    ]);
    expect(two[0]).toBeCloseTo(-3, 12);
    expect(two[1]).toBeCloseTo(2, 12);
    const equal = of([
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(equal).toEqual([0, 2, 2]);
    // All ones: n once, and 0.
    const ones = of(Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => 1)));
    ones.slice(0, 4).forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-14));
    expect(ones[4]).toBeCloseTo(5, 12);
  });

  it('are the squares of the singular values of what the matrix is a product of', () => {
    const random = createRandom(3);
    const [rows, columns] = [7, 11];
    const A = Float64Array.from({ length: rows * columns }, () => random.nextFloat() - 0.5);
    const transposed = Float64Array.from(
      { length: rows * columns },
      (_, i) => A[(i % rows) * columns + Math.floor(i / rows)]!,
    );
    const found = symmetricEigenvalues(product(A, transposed, rows, columns, rows), rows);
    const want = Array.from(singularValues(A, rows, columns), (x) => x * x).reverse();
    expect(found).toHaveLength(rows);
    want.forEach((x, i) => expect(Math.abs(found[i]! - x)).toBeLessThan(1e-13));
  });

  it('of three diagonals are those of a chain of springs', () => {
    const n = 9;
    const found = tridiagonalEigenvalues(new Array<number>(n).fill(2), new Array<number>(n - 1).fill(-1));
    found.forEach((x, i) => expect(x).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (i + 1)) / (n + 1)), 12));
  });
});
