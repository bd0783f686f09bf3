const MAX_TURNS = 60;
/** Beside its neighbours on the diagonal an entry this small is rounding. */
const EPSILON = 2 ** -52;

/**
 * The eigenvalues of a symmetric matrix [n, n], ascending: Householder reflections to three diagonals, then QL with
 * implicit shifts; n³·4/3 operations. Exact to rounding of the largest one.
 * Source: Golub and Van Loan, Matrix Computations, 8.3.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  toThreeDiagonals(matrix.slice(), n, diagonal, beside);
  fromThreeDiagonals(diagonal, beside);
  return diagonal.sort();
}

/** The eigenvalues of a symmetric matrix of three diagonals, ascending. @param beside [n − 1] next to the diagonal */
export function tridiagonalEigenvalues(diagonal: ArrayLike<number>, beside: ArrayLike<number>): Float64Array {
  const d = Float64Array.from(diagonal);
  const e = new Float64Array(d.length);
  for (let i = 1; i < d.length; i++) e[i] = beside[i - 1];
  fromThreeDiagonals(d, e);
  return d.sort();
}

/** Mirrors a symmetric matrix, row by row from the last, until nothing is left beside three diagonals. */
function toThreeDiagonals(a: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  const u = new Float64Array(n);
  const p = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale = Math.max(scale, Math.abs(a[i * n + k]));
    if (scale === 0 || i === 1) {
      e[i] = a[i * n + i - 1];
      continue;
    }
    let h = 0;
    for (let k = 0; k < i; k++) {
      u[k] = a[i * n + k] / scale;
      h += u[k] * u[k];
    }
    const g = u[i - 1] >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= u[i - 1] * g;
    u[i - 1] -= g;
    // p = A·u / h over the rows before, of which the lower triangle is kept.
    p.fill(0, 0, i);
    for (let j = 0; j < i; j++) {
      let sum = a[j * n + j] * u[j];
      for (let k = 0; k < j; k++) {
        sum += a[j * n + k] * u[k];
        p[k] += a[j * n + k] * u[j];
      }
      p[j] += sum;
    }
    let along = 0;
    for (let j = 0; j < i; j++) {
      p[j] /= h;
      along += p[j] * u[j];
    }
    const half = along / (2 * h);
    for (let j = 0; j < i; j++) p[j] -= half * u[j];
    for (let j = 0; j < i; j++) for (let k = 0; k <= j; k++) a[j * n + k] -= u[j] * p[k] + p[j] * u[k];
  }
  for (let i = 0; i < n; i++) d[i] = a[i * n + i];
}

/** QL with implicit shifts: `d` becomes the eigenvalues; `e[i]` stands beside `d[i − 1]` and `d[i]`. */
function fromThreeDiagonals(d: Float64Array, e: Float64Array): void {
  const n = d.length;
  e.copyWithin(0, 1);
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m += 1;
      if (m === l) break;
      turnOnce(d, e, l, m);
    }
  }
}

/** One sweep over the block l … m. */
function turnOnce(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const apart = (d[l + 1] - d[l]) / (2 * e[l]);
  const size = Math.hypot(apart, 1);
  let g = d[m] - d[l] + e[l] / (apart + (apart >= 0 ? size : -size));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}
