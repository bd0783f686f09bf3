import type { Reals } from './numbers.js';

const MAX_SWEEPS = 60;
/** Columns count as orthogonal when the cosine of their angle is below this. */
const ORTHOGONAL = 1e-14;

/**
 * The singular values of a matrix, largest first: one-sided Jacobi, which rotates pairs of columns until all are
 * orthogonal; their lengths are the singular values, accurate even for small ones.
 *
 * @param matrix [rows, columns] row-major. @returns [min(rows, columns)] float64. Source: Golub and Van Loan, Matrix
 * Computations, 5.2 (Householder), 8.6.3 (one-sided Jacobi).
 */
export function singularValues(matrix: Reals, rows: number, columns: number): Float64Array {
  const narrow = Math.min(rows, columns);
  const vectors = Array.from({ length: narrow }, (_, v) =>
    columns <= rows
      ? Float64Array.from({ length: rows }, (__, r) => matrix[r * columns + v])
      : Float64Array.from(matrix.subarray(v * columns, (v + 1) * columns)),
  );
  const triangle = rows === columns ? vectors : triangular(vectors);
  orthogonalize(triangle);
  return Float64Array.from(triangle, length).sort().reverse();
}

/**
 * The vectors in coordinates of their own span: Householder reflections move vector i to its first i + 1 coordinates,
 * which keeps all lengths and angles, in fewer dimensions.
 */
function triangular(vectors: readonly Float64Array[]): Float64Array[] {
  const n = vectors.length;
  for (let i = 0; i < n; i++) {
    const mirror = vectors[i].slice(i);
    const size = length(mirror);
    if (size === 0) continue;
    mirror[0] += mirror[0] < 0 ? -size : size;
    const scale = 2 / dot(mirror, mirror);
    for (let j = i; j < n; j++) {
      const rest = vectors[j].subarray(i);
      const along = scale * dot(mirror, rest);
      for (let d = 0; d < rest.length; d++) rest[d] -= along * mirror[d];
    }
  }
  return vectors.map((v) => v.slice(0, n));
}

/** Rotates vectors, two at a time within their plane, until all are orthogonal. */
export function orthogonalize(vectors: readonly Float64Array[]): void {
  const squares = new Float64Array(vectors.length);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    // Squared lengths follow from each rotation; they are recomputed every sweep, so that rounding does not accumulate.
    vectors.forEach((v, i) => (squares[i] = dot(v, v)));
    let turned = false;
    for (let i = 0; i < vectors.length; i++)
      for (let j = i + 1; j < vectors.length; j++) turned = rotate(vectors, squares, i, j) || turned;
    if (!turned) return;
  }
}

const length = (v: Float64Array): number => Math.sqrt(dot(v, v));

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** Rotates vectors i and j in their plane until they are orthogonal; returns whether that was needed. */
function rotate(vectors: readonly Float64Array[], squares: Float64Array, i: number, j: number): boolean {
  const x = vectors[i];
  const y = vectors[j];
  const xy = dot(x, y);
  if (Math.abs(xy) <= ORTHOGONAL * Math.sqrt(squares[i] * squares[j])) return false;
  const zeta = (squares[j] - squares[i]) / (2 * xy);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let at = 0; at < x.length; at++) {
    const a = x[at];
    const b = y[at];
    x[at] = cosine * a - sine * b;
    y[at] = sine * a + cosine * b;
  }
  // A vector that all but vanishes keeps no digit by subtraction.
  const left = squares[i] - tangent * xy;
  squares[i] = left > 1e-4 * squares[i] ? left : dot(x, x);
  const right = squares[j] + tangent * xy;
  squares[j] = right > 1e-4 * squares[j] ? right : dot(y, y);
  return true;
}
