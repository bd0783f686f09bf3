import { sharedFourierBasis } from './fourier.js';
import { exponentials } from '../numerics/exponentials.js';
import type { Rows, SplitMeans } from '../network/loss.js';
import { lossesWhere, rowLoss, splitMeans } from '../network/loss.js';
import type { Reals } from '../numerics/numbers.js';
import { sumOfSquares } from '../numerics/numbers.js';
import { diagonalSums } from './pair-sums.js';
import { product } from '../numerics/product.js';
import { fourierTransform, rowsOfFrequency } from './transform.js';

/*
 * Projects the logits L over n² pairs on the key directions. Direction d_k of a frequency depends on i + j alone ((c⊗c
 * − s⊗s)/√2 is cos(w_k(i+j)) at unit norm, (s⊗c + c⊗s)/√2 its sine), so all projections follow from the sums of L along
 * i + j = t: n·n numbers in place of n³.
 */

/** Logits over the pairs of a group, with the wanted elements: in group order. */
export interface GroupLogits extends Rows {
  readonly n: number;
  /** [n·n, n] the logit of element c for the pair at i·n + j. */
  readonly logits: Reals;
  /** [n·n] the element wanted. */
  readonly label: Int32Array;
}

/** Logits summed along i + j = t and transformed: enough for every projection onto key directions. */
export interface LogitWaves {
  readonly n: number;
  /** [n, n] F · S, S[t, c] the sum of L[i, j, c] over i + j = t; row 2k−1 is the cosine of frequency k, over t. */
  readonly components: Float64Array;
  /** [n] μ: the mean of each logit over all pairs. */
  readonly mean: Float64Array;
}

export function logitWaves({ n, logits }: Pick<GroupLogits, 'n' | 'logits'>): LogitWaves {
  const components = fourierTransform(diagonalSums(logits, n, n), n, n);
  // Row 0 of F is 1/√n.
  const mean = components.slice(0, n).map((x) => (x * Math.sqrt(n)) / (n * n));
  return { n, components, mean };
}

/** [n, n] P·L at i + j = t: the part of the logits along the directions of these frequencies. */
export function projectOnKeys({ n, components }: LogitWaves, keys: readonly number[]): Float64Array {
  const basis = sharedFourierBasis(n);
  const out = new Float64Array(n * n);
  for (const row of keys.flatMap((k) => rowsOfFrequency(n, k)))
    for (let t = 0; t < n; t++) {
      const factor = basis[row * n + t] / n;
      for (let c = 0; c < n; c++) out[t * n + c] += factor * components[row * n + c];
    }
  return out;
}

/**
 * The restricted loss ("trig loss"): cross-entropy of P·L + μ, with μ the mean of each logit over all pairs. P is
 * always fitted on all pairs; train, test and all choose which the loss averages.
 *
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 5.1.
 */
export function restrictedLoss(
  { n, label, train, test }: Omit<GroupLogits, 'logits'>,
  waves: LogitWaves,
  keys: readonly number[],
): SplitMeans {
  const kept = projectOnKeys(waves, keys);
  for (let at = 0; at < kept.length; at++) kept[at] += waves.mean[at % n];
  return splitMeans(lossesBySum(kept, n, label), { train, test });
}

/** [n·n] the losses of logits [n, n] that depend on i + j alone. */
function lossesBySum(logitsOfSum: Float64Array, n: number, label: Int32Array): Float64Array {
  const known = new Float64Array(n * n).fill(-1);
  const losses = new Float64Array(n * n);
  for (let at = 0; at < losses.length; at++) {
    if (label[at] < 0) {
      losses[at] = NaN;
      continue;
    }
    const t = (Math.floor(at / n) + (at % n)) % n;
    const key = t * n + label[at];
    if (known[key] === -1) known[key] = rowLoss(logitsOfSum, t * n, n, label[at]);
    losses[at] = known[key];
  }
  return losses;
}

/**
 * The excluded loss: cross-entropy of L − P·L, averaged over the train pairs. The means stay in L; nothing is added.
 * NaN without train pairs.
 *
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 5.1.
 */
export function excludedLoss(given: GroupLogits, waves: LogitWaves, keys: readonly number[]): number {
  const { n, logits, label, train } = given;
  const removed = projectOnKeys(waves, keys);
  const row = new Float64Array(n);
  let sum = 0;
  for (const at of train) {
    const t = ((Math.floor(at / n) + (at % n)) % n) * n;
    for (let c = 0; c < n; c++) row[c] = logits[at * n + c] - removed[t + c];
    sum += rowLoss(row, 0, n, label[at]);
  }
  return sum / train.length;
}

/** Beyond this spread of logits, a product of two exponentials might exceed float64's range. */
const SAFE_SPREAD = 300;

/**
 * The excluded loss for several sets of frequencies at once. The part of a set depends on i + j and the output alone,
 * so e^{L − P·L} is a product of one exponential an entry, shared by all sets, and one from a table of n·n.
 */
export function excludedLosses(
  given: GroupLogits,
  waves: LogitWaves,
  sets: readonly (readonly number[])[],
): number[] {
  const { n, label, train } = given;
  const tables = sets.map((keys) => exponentialsOf(projectOnKeys(waves, keys), n));
  const plainly = (): number[] => sets.map((keys) => excludedLoss(given, waves, keys));
  if (tables.some((table) => table === undefined)) return plainly();
  const sums = new Float64Array(sets.length);
  for (const [t, places] of bySum(train, n).entries()) {
    const rows = relativeToLabels(given, places);
    if (!rows) return plainly();
    exponentials(rows);
    places.forEach((at, r) => (rows[r * n + label[at]] = 0));
    // [n, sets] the remainder of each output for each set, at this sum.
    const left = new Float64Array(n * sets.length);
    tables.forEach((table, s) => {
      for (let c = 0; c < n; c++) left[c * sets.length + s] = table![t * n + c];
    });
    const others = product(rows, left, places.length, n, sets.length);
    places.forEach((at, r) => {
      for (let s = 0; s < sets.length; s++)
        sums[s] += Math.log1p(others[r * sets.length + s] / left[label[at] * sets.length + s]);
    });
  }
  return Array.from(sums, (sum) => sum / train.length);
}

/** [places, n] the logits at these places less their label's; undefined where a row spreads too far. */
function relativeToLabels({ n, logits, label }: GroupLogits, places: Int32Array): Float64Array | undefined {
  const rows = new Float64Array(places.length * n);
  for (let r = 0; r < places.length; r++) {
    const at = places[r] * n;
    const wanted = logits[at + label[places[r]]];
    let low = Infinity;
    let high = -Infinity;
    for (let c = 0; c < n; c++) {
      const x = logits[at + c];
      if (x < low) low = x;
      if (x > high) high = x;
      rows[r * n + c] = x - wanted;
    }
    if (!(high - low <= SAFE_SPREAD)) return undefined;
  }
  return rows;
}

/** Positions i·n + j by t = i + j mod n: those that read the same row of a table. */
function bySum(places: Int32Array, n: number): Int32Array[] {
  const sumOf = (at: number): number => (Math.floor(at / n) + (at % n)) % n;
  const starts = new Int32Array(n + 1);
  for (const at of places) starts[sumOf(at) + 1] += 1;
  for (let t = 0; t < n; t++) starts[t + 1] += starts[t];
  const ordered = new Int32Array(places.length);
  const next = starts.slice();
  for (const at of places) ordered[next[sumOf(at)]++] = at;
  return Array.from({ length: n }, (_, t) => ordered.subarray(starts[t], starts[t + 1]));
}

/** e^{−X} of X [n, n], each row over its mean, in place; undefined where a row spreads too far. */
function exponentialsOf(X: Float64Array, n: number): Float64Array | undefined {
  for (let from = 0; from < X.length; from += n) {
    let mean = 0;
    for (let at = from; at < from + n; at++) mean += X[at] / n;
    for (let at = from; at < from + n; at++) {
      if (!(Math.abs(X[at] - mean) <= SAFE_SPREAD)) return undefined;
      X[at] = mean - X[at];
    }
  }
  exponentials(X);
  return X;
}

/** The losses without the directions of one frequency (`keep: false`), or with only them and the means. */
export function frequencyAblation(
  given: GroupLogits,
  waves: LogitWaves,
  k: number,
  { keep }: { readonly keep: boolean },
): SplitMeans {
  if (keep) return restrictedLoss(given, waves, [k]);
  const { n, logits } = given;
  const removed = projectOnKeys(waves, [k]);
  return lossesWhere(n, given, (row, out) => {
    const t = ((Math.floor(row / n) + (row % n)) % n) * n;
    for (let c = 0; c < n; c++) out[c] = logits[row * n + c] - removed[t + c];
  });
}

/** How much of the logits' variance over inputs lies along the key directions. */
export interface LogitVariance {
  /** Share of Σ (L − μ)² along all key directions. */
  readonly explained: number;
  readonly byFrequency: ReadonlyMap<number, number>;
}

/**
 * The fraction of the logits' variance explained (FVE) by key directions: |P·L|² over Σ (L − μ)², the means over
 * inputs taken out; whatever function of the output the directions carry counts.
 */
export function logitVariance(
  { n, logits }: Pick<GroupLogits, 'n' | 'logits'>,
  waves: LogitWaves,
  keys: readonly number[],
): LogitVariance {
  let total = 0;
  for (let at = 0; at < logits.length; at++) total += (logits[at] - waves.mean[at % n]) ** 2;
  const share = (k: number): number =>
    rowsOfFrequency(n, k).reduce(
      (sum, row) => sum + sumOfSquares(waves.components.subarray(row * n, (row + 1) * n)) / n,
      0,
    ) / total;
  const byFrequency = new Map(keys.map((k) => [k, share(k)]));
  return { explained: [...byFrequency.values()].reduce((sum, x) => sum + x, 0), byFrequency };
}
