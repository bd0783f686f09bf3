import type { Reals } from '../numerics/numbers.js';
import { fourierTransform, rowsOfFrequency } from './transform.js';

/*
 * Sums of X[i, j, ·] along rows, columns and both diagonals contain all information about single frequencies: the wave
 * cos(w_k i) over pairs depends only on the row sums, cos(w_k(i + j)) only the sums along i + j = t, and so on. So the
 * eight components of every frequency cost four passes of additions instead of a 2-D transform.
 */

/** Sums of X [n, n, width] over pairs with the same i, j, i + j and i − j (mod n); each [n, width]. */
export interface PairSums {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly sum: Float64Array;
  readonly difference: Float64Array;
}

/** Sums to be added to (`addToPairSums`), initially zero. */
export const emptyPairSums = (n: number, width: number): PairSums => ({
  first: new Float64Array(n * width),
  second: new Float64Array(n * width),
  sum: new Float64Array(n * width),
  difference: new Float64Array(n * width),
});

/** Adds the pairs with first element `from` … `to` − 1; X [(to − from), n, width] holds those alone. */
export function addToPairSums(
  { first, second, sum, difference }: PairSums,
  X: Reals,
  n: number,
  width: number,
  from: number,
  to: number,
): void {
  for (let i = from, at = 0; i < to; i++)
    for (let j = 0; j < n; j++) {
      const [f, s] = [i * width, j * width];
      const t = ((i + j) % n) * width;
      const d = ((i - j + n) % n) * width;
      for (let c = 0; c < width; c++, at++) {
        const x = X[at];
        first[f + c] += x;
        second[s + c] += x;
        sum[t + c] += x;
        difference[d + c] += x;
      }
    }
}

/** The four sums of X [n, n, width], row-major. */
export function pairSums(X: Reals, n: number, width: number): PairSums {
  const sums = emptyPairSums(n, width);
  addToPairSums(sums, X, n, width, 0, n);
  return sums;
}

/** [n, width] the sums of X [n, n, width] over the pairs with i + j = t mod n, alone. */
export function diagonalSums(X: Reals, n: number, width: number): Float64Array {
  const sums = new Float64Array(n * width);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const t = ((i + j) % n) * width;
      for (let c = 0; c < width; c++, at++) sums[t + c] += X[at];
    }
  return sums;
}

/**
 * [⌊n/2⌋, width] the squares of the coefficients of each frequency, summed: of (0,c) (0,s) (c,0) (s,0) (c,c) (c,s)
 * (s,c) (s,s), which span the same space as the waves in i, j, i + j and i − j. Unit norm over the n² pairs.
 *
 * Source: progress-measures-paper, `helpers.py`.
 */
export function frequencyEnergies(sums: PairSums, n: number, width: number): Float64Array {
  const out = new Float64Array(Math.floor(n / 2) * width);
  for (const [name, values] of Object.entries(sums) as [keyof PairSums, Float64Array][]) {
    const components = fourierTransform(values, n, width);
    for (let k = 1; 2 * k <= n; k++) {
      // Of an even order, i + j and i − j alternate alike: one direction, not two.
      if (2 * k === n && name === 'difference') continue;
      for (const row of rowsOfFrequency(n, k))
        for (let c = 0; c < width; c++) out[(k - 1) * width + c] += components[row * width + c] ** 2 / n;
    }
  }
  return out;
}
