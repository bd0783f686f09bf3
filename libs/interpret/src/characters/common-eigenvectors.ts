import { orthogonalize } from '../numerics/singular-values.js';

/** If eigenvalues are closer than this, relative to the largest, the second matrix decides the vectors. */
const CLOSE = 0.01;
/** A product of two vectors through the second matrix counts as zero below this, relative to its largest eigenvalue. */
const NEGLIGIBLE = 1e-14;
const MAX_PASSES = 30;

/**
 * The common eigenvectors, of length 1, of two symmetric matrices that commute: those of the first and, where its
 * eigenvalues lie close together, rotated within their plane to be those of the second.
 *
 * @param first [n, n] row-major. @param second [n, n]. @returns n vectors [n], in no order.
 */
export function commonEigenvectors(first: Float64Array, second: Float64Array, n: number): Float64Array[] {
  const vectors = symmetricEigenvectors(first, n);
  const values = vectors.map((v) => dot(v, image(first, v)));
  const reach = CLOSE * Math.max(...values.map(Math.abs));
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const images = vectors.map((v) => image(second, v));
  const size = Math.max(...images.map((w) => Math.sqrt(dot(w, w))));
  for (let pass = 0, turned = true; turned && pass < MAX_PASSES; pass++) {
    turned = false;
    for (let at = 0; at < n; at++)
      for (let next = at + 1; next < n && values[order[next]] - values[order[at]] <= reach; next++)
        turned = rotate(vectors, images, order[at], order[next], NEGLIGIBLE * size) || turned;
  }
  return vectors;
}

/**
 * The eigenvectors of a symmetric matrix, of length 1, by one-sided Jacobi: once it is shifted to be positive definite,
 * its columns turned to right angles are its eigenvectors, each as long as its eigenvalue.
 *
 * Source: Golub and Van Loan, Matrix Computations, 8.6.3.
 */
function symmetricEigenvectors(matrix: Float64Array, n: number): Float64Array[] {
  let bound = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(matrix[i * n + j]);
    bound = Math.max(bound, sum);
  }
  const columns = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n));
  // Twice Gershgorin's bound: no eigenvalue comes near zero, where a column would lose its direction.
  columns.forEach((column, i) => (column[i] += 2 * bound + 1));
  orthogonalize(columns);
  return columns.map((column) => {
    const size = Math.sqrt(dot(column, column));
    return column.map((x) => x / size);
  });
}

/**
 * Rotates vectors i and j in their plane until neither's image has a part along the other; returns whether that was
 * needed.
 */
function rotate(
  vectors: readonly Float64Array[],
  images: readonly Float64Array[],
  i: number,
  j: number,
  negligible: number,
): boolean {
  const across = dot(vectors[i], images[j]);
  if (Math.abs(across) <= negligible) return false;
  const zeta = (dot(vectors[j], images[j]) - dot(vectors[i], images[i])) / (2 * across);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (const pairs of [vectors, images]) {
    const [x, y] = [pairs[i], pairs[j]];
    for (let at = 0; at < x.length; at++) {
      const [a, b] = [x[at], y[at]];
      x[at] = cosine * a - sine * b;
      y[at] = sine * a + cosine * b;
    }
  }
  return true;
}

/** M·v for a symmetric M [n, n]. */
export function image(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector));
}

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
