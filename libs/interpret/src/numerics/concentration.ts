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
