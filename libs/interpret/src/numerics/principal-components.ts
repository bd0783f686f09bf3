import type { Reals } from './numbers.js';
import { orthogonalize } from './singular-values.js';

/** The directions in which points differ most. */
export interface PrincipalComponents {
  /** Share of the variance along each, largest first; [count]. */
  readonly explained: Float64Array;
  /** [rows, count] the coordinates of each point along them. */
  readonly coordinates: Float64Array;
}

/**
 * Principal components of the rows of a matrix, for embeddings without a group that gives them an order. Rows are
 * centred; signs are such that the largest coordinate of each component is positive.
 *
 * @param matrix [rows, columns] row-major. @param count at most min(rows, columns).
 */
export function principalComponents(
  matrix: Reals,
  rows: number,
  columns: number,
  count: number,
): PrincipalComponents {
  const vectors = Array.from({ length: columns }, (_, c) => {
    const column = Float64Array.from({ length: rows }, (__, r) => matrix[r * columns + c]);
    const mean = column.reduce((sum, x) => sum + x, 0) / rows;
    return column.map((x) => x - mean);
  });
  // Columns at right angles to each other are the points' coordinates on the principal axes.
  orthogonalize(vectors);
  const variance = (v: Float64Array): number => v.reduce((sum, x) => sum + x * x, 0);
  const sorted = vectors.map((v) => ({ v, size: variance(v) })).sort((a, b) => b.size - a.size);
  const total = sorted.reduce((sum, { size }) => sum + size, 0);
  const kept = sorted.slice(0, Math.min(count, rows, columns));
  const coordinates = new Float64Array(rows * kept.length);
  kept.forEach(({ v }, i) => {
    const largest = v.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    const sign = largest < 0 ? -1 : 1;
    v.forEach((x, r) => (coordinates[r * kept.length + i] = sign * x));
  });
  return { explained: Float64Array.from(kept, ({ size }) => (total > 0 ? size / total : 0)), coordinates };
}
