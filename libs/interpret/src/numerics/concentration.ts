/**
 * The Gini coefficient of non-negative values: 0 where all are equal, towards 1 where one holds everything; Σ_{i=1..n}
 * (2i − n − 1) x_(i) ÷ (n Σ x), x ascending. NaN where the sum is 0.
 *
 * Of the Fourier components of W_E or W_L (row 0 included, cosine and sine apart) it shows how few waves remain.
 * Source: progress-measures-paper; arXiv:2301.05217, section 5.1.
 */
export function gini(values: ArrayLike<number>): number {
  const ascending = Float64Array.from(values).sort();
  const n = ascending.length;
  let weighted = 0;
  let sum = 0;
  ascending.forEach((x, i) => {
    weighted += (2 * (i + 1) - n - 1) * x;
    sum += x;
  });
  return weighted / (n * sum);
}

/**
 * How many of non-negative values are in use, as a real number: exp of the entropy of their shares, from 1 where one holds
 * everything to n where all are equal; 0 where all are 0.
 *
 * Source: Roy and Vetterli 2007 (effective rank), of singular values.
 */
export function effectiveCount(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  if (sum === 0) return 0;
  let entropy = 0;
  for (let i = 0; i < values.length; i++) {
    const share = values[i] / sum;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return Number.isFinite(sum) ? Math.exp(entropy) : NaN;
}

/** (Σλ)² ÷ Σλ² of non-negative values: 1 where one holds everything, n where all are equal; 0 where all are 0. */
export function participationRatio(values: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}
