import { describe, expect, it } from 'vitest';
import { principalComponents } from './principal-components.js';
import { singularValues } from './singular-values.js';

describe('singularValues', () => {
  it('of a matrix of known ones are those, tall or wide, small ones exact', () => {
    // Q₁ · diag(5, 1e-3, 1e-9) · Q₂ from Householder reflections; 4 × 3.
    const d = [5, 1e-3, 1e-9];
    const reflect = (u: readonly number[]): number[][] => {
      const scale = 2 / u.reduce((sum, x) => sum + x * x, 0);
      return u.map((x, i) => u.map((y, j) => (i === j ? 1 : 0) - scale * x * y));
    };
    const [left, right] = [reflect([1, 2, -1, 0.5]), reflect([0.3, -1, 2])];
    const matrix = Float64Array.from({ length: 12 }, (_, at) => {
      const [r, c] = [Math.floor(at / 3), at % 3];
      return d.reduce((sum, value, i) => sum + left[r][i] * value * right[i][c], 0);
    });
    const transposed = Float64Array.from(
      { length: 12 },
      (_, at) => matrix[(at % 4) * 3 + Math.floor(at / 4)],
    );
    for (const got of [singularValues(matrix, 4, 3), singularValues(transposed, 3, 4)]) {
      expect(got[0]).toBeCloseTo(5, 12);
      expect(got[1] / 1e-3).toBeCloseTo(1, 9);
      expect(got[2] / 1e-9).toBeCloseTo(1, 5);
    }
  });

  it('keeps the sum of squares, and is all zeros for a matrix of zeros', () => {
    const matrix = Float64Array.from({ length: 7 * 5 }, (_, i) => Math.sin(3 * i));
    const squares = (X: Float64Array): number => X.reduce((sum, x) => sum + x * x, 0);
    expect(squares(singularValues(matrix, 7, 5))).toBeCloseTo(squares(matrix), 12);
    expect([...singularValues(new Float64Array(6), 3, 2)]).toEqual([0, 0]);
  });
});

describe('principalComponents', () => {
  it('finds the line along which points lie', () => {
    const points = Float64Array.from([0, 1, 2, 3].flatMap((t) => [3 * t + 1, 4 * t - 2, 7]));
    const { explained, coordinates } = principalComponents(points, 4, 3, 2);
    expect(explained[0]).toBeCloseTo(1, 12);
    expect(explained[1]).toBeCloseTo(0, 12);
    expect(Math.abs(coordinates[2 * 3] - coordinates[0])).toBeCloseTo(15, 10);
  });
});
