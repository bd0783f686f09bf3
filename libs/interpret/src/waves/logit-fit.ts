import { rowLoss } from '../network/loss.js';
import type { GroupLogits } from './logit-waves.js';

/** The result of writing the logits as Σ_k α_k cos(w_k(i + j − c)). */
export interface LogitFit {
  /** α_k by frequency: from one least-squares fit over all n³ entries, on rows with their mean over c subtracted. */
  readonly coefficients: ReadonlyMap<number, number>;
  /** ⟨L, ĉ_k⟩ by frequency, ĉ_k ∝ cos(w_k(i + j − c)) of unit norm over all n³ entries. */
  readonly cosineCoefficients: ReadonlyMap<number, number>;
  /** 1 − residual ÷ Σ (row-centred L)². */
  readonly explained: number;
  /** Mean loss of the fitted logits alone over all pairs. */
  readonly loss: number;
}

/**
 * Fits the logits by the algorithm's own formula. The cosines are orthogonal to each other and to every row's mean, so
 * least squares is a projection on each.
 *
 * Source: progress-measures-paper, notebooks; arXiv:2301.05217, section 4.
 */
export function logitFit(
  { n, logits, label }: Pick<GroupLogits, 'n' | 'logits' | 'label'>,
  keys: readonly number[],
): LogitFit {
  // Only i + j − c matters: sums over all entries with the same.
  const sums = new Float64Array(n);
  let centred = 0;
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++, at += n) {
      // Relative to the row's first entry, so that no digits are lost if the mean is large.
      const about = logits[at];
      let [total, squares] = [0, 0];
      for (let c = 0; c < n; c++) {
        const x = logits[at + c] - about;
        total += x;
        squares += x * x;
      }
      centred += squares - (total * total) / n;
      // i + j − c falls to 0, then goes on from n − 1.
      const t = (i + j) % n;
      for (let c = 0; c <= t; c++) sums[t - c] += logits[at + c];
      for (let c = t + 1; c < n; c++) sums[n + t - c] += logits[at + c];
    }
  const wave = (k: number, d: number): number => Math.cos((2 * Math.PI * ((k * d) % n)) / n);
  const squaredNorm = (k: number): number => n ** 3 / (2 * k === n ? 1 : 2);
  const inner = new Map(keys.map((k) => [k, sums.reduce((sum, x, d) => sum + x * wave(k, d), 0)]));
  const coefficients = new Map(keys.map((k) => [k, inner.get(k)! / squaredNorm(k)]));
  const fitted = keys.reduce((sum, k) => sum + coefficients.get(k)! ** 2 * squaredNorm(k), 0);
  return {
    coefficients,
    cosineCoefficients: new Map(keys.map((k) => [k, inner.get(k)! / Math.sqrt(squaredNorm(k))])),
    explained: fitted / centred,
    loss: fittedLoss(n, label, (d) => keys.reduce((sum, k) => sum + coefficients.get(k)! * wave(k, d), 0)),
  };
}

/** The mean loss of logits that depend on i + j − c alone. */
function fittedLoss(n: number, label: Int32Array, logitAt: (d: number) => number): number {
  // Class d stands for the element i + j − d; without label noise the wanted one is class 0.
  const logits = Float64Array.from({ length: n }, (_, d) => logitAt(d));
  const losses = Float64Array.from({ length: n }, (_, d) => rowLoss(logits, 0, n, d));
  let [sum, count] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const wanted = label[i * n + j];
      if (wanted < 0) continue;
      sum += losses[(i + j - wanted + n) % n];
      count += 1;
    }
  return sum / count;
}
