import { sharedFourierBasis } from './fourier.js';
import type { Reals } from '../numerics/numbers.js';
import { addProduct } from '../numerics/product.js';

/** Frequencies of a group of order n: 1 … ⌊n/2⌋; of an even order the last alternates and has a cosine only. */
export const frequencyCount = (n: number): number => Math.floor(n / 2);

/** Every frequency of a group of order n, ascending. */
export const frequenciesOf = (n: number): number[] =>
  Array.from({ length: frequencyCount(n) }, (_, i) => i + 1);

/** The rows of the Fourier basis that belong to frequency k: cosine and sine, or only the alternating row. */
export const rowsOfFrequency = (n: number, k: number): readonly number[] =>
  2 * k === n ? [n - 1] : [2 * k - 1, 2 * k];

/** The place of the i-th cosine (the constant first) among the rows of the basis. */
const evenRow = (i: number): number => (i === 0 ? 0 : 2 * i - 1);

interface FoldedBasis {
  readonly n: number;
  /** Rows that are even about 0: the constant and the cosines; and rows that are odd. */
  readonly evens: number;
  readonly half: number;
  /** [evens, evens] and [half, half]: the parts of each row that are not their own mirror image. */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

let folded: FoldedBasis | undefined;

/** The halves of the Fourier basis; cached for one order, since a network has only one. */
function foldedBasis(n: number): FoldedBasis {
  if (folded?.n === n) return folded;
  const basis = sharedFourierBasis(n);
  const half = Math.floor((n - 1) / 2);
  // Row 0 and the middle row of an even n are their own mirror images.
  const evens = n - half;
  const cosines = new Float64Array(evens * evens);
  for (let i = 0, at = 0; i < evens; i++)
    for (let x = 0; x < evens; x++, at++) cosines[at] = basis[evenRow(i) * n + x];
  const sines = new Float64Array(half * half);
  for (let i = 0, at = 0; i < half; i++)
    for (let x = 1; x <= half; x++, at++) sines[at] = basis[2 * (i + 1) * n + x];
  folded = { n, evens, half, cosines, sines };
  return folded;
}

/**
 * The transform of X along its rows: F·X, F the orthonormal Fourier basis (`fourierBasis`).
 *
 * Folded: cosines are even and sines odd, so they need only x[i] + x[n−i] and x[i] − x[n−i], half the products.
 *
 * @param X [n, width] row-major.
 * @returns [n, width]: row 0 the constant, rows 2k−1 and 2k cosine and sine of frequency k.
 * Source: progress-measures-paper, `helpers.py`.
 */
export function fourierTransform(X: Reals, n: number, width: number): Float64Array {
  const { evens, half, cosines, sines } = foldedBasis(n);
  const even = new Float64Array(evens * width);
  const odd = new Float64Array(half * width);
  even.set(X.subarray(0, width));
  if (n % 2 === 0) even.set(X.subarray((n / 2) * width, (n / 2 + 1) * width), (n / 2) * width);
  for (let x = 1; x <= half; x++)
    for (let c = 0; c < width; c++) {
      const [left, right] = [X[x * width + c], X[(n - x) * width + c]];
      even[x * width + c] = left + right;
      odd[(x - 1) * width + c] = left - right;
    }
  const fromEven = new Float64Array(evens * width);
  const fromOdd = new Float64Array(half * width);
  addProduct(fromEven, cosines, even, evens, evens, width);
  addProduct(fromOdd, sines, odd, half, half, width);
  const out = new Float64Array(n * width);
  for (let i = 0; i < evens; i++) out.set(fromEven.subarray(i * width, (i + 1) * width), evenRow(i) * width);
  for (let i = 0; i < half; i++) out.set(fromOdd.subarray(i * width, (i + 1) * width), 2 * (i + 1) * width);
  return out;
}

/**
 * The 2-D transform of X[i, j, ·]: Σ F[f, i] F[g, j] X[i, j, ·], first factor over i, second over j.
 *
 * @param X [n, n, width] row-major. @returns [n, n, width], at (f, g).
 * Source: progress-measures-paper, `helpers.py`, `fft2d`.
 */
export function fourierTransform2d(X: Reals, n: number, width: number): Float64Array {
  const overSecond = new Float64Array(n * n * width);
  const plane = n * width;
  for (let i = 0; i < n; i++)
    overSecond.set(fourierTransform(X.subarray(i * plane, (i + 1) * plane), n, width), i * plane);
  return fourierTransform(overSecond, n, plane);
}

/** [n] the norm over columns of each row of F·X, X [n, width]: how strongly each wave is present. */
export function componentNorms(X: Reals, n: number, width: number): Float64Array {
  const transformed = fourierTransform(X, n, width);
  return Float64Array.from({ length: n }, (_, row) => {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += transformed[row * width + c] ** 2;
    return Math.sqrt(sum);
  });
}

/** [⌊n/2⌋] the norms of cosine and sine of each frequency together, at k − 1, from the norms of components [n]. */
export const normsByFrequency = (components: ArrayLike<number>): Float64Array =>
  Float64Array.from(frequenciesOf(components.length), (k) =>
    Math.hypot(...rowsOfFrequency(components.length, k).map((row) => components[row])),
  );
