/** The rows of the Fourier basis of order n that belong to frequency k. */
const rowsOf = (n: number, k: number): readonly number[] => (2 * k === n ? [n - 1] : [2 * k - 1, 2 * k]);

/** Rounding error in float64, squared, with a thousandfold margin. */
const LEVEL = 1e-28;

/**
 * The frequency that explains most of a neuron, and the share it explains: of the 2-D transform [n, n] of the centred
 * activation the squares at (0,·), (·,0) and (·,·) of that frequency over all squares. Null for a neuron that does not
 * vary beyond rounding: by less than `LEVEL` of `size`, the sum of squares of the activation itself.
 *
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 4.2.
 */
export const bestFrequency = (
  spectrum: Float64Array,
  n: number,
  size = 0,
): { readonly k: number; readonly share: number } | null => {
  let total = 0;
  for (const x of spectrum) total += x * x;
  if (!(total > LEVEL * size)) return null;
  const at = (row: number, column: number): number => (spectrum[row * n + column] ?? 0) ** 2;
  let best = { k: 1, share: 0 };
  for (let k = 1; 2 * k <= n; k += 1) {
    const rows = rowsOf(n, k);
    let sum = 0;
    for (const f of rows) {
      sum += at(0, f) + at(f, 0);
      for (const g of rows) sum += at(f, g);
    }
    if (sum / total > best.share) best = { k, share: sum / total };
  }
  return best;
};

/** The name of a row of the Fourier basis: `1`, `cos 7`, `sin 7`. */
export const waveName = (n: number, row: number): string => {
  if (row === 0) return '1';
  if (n % 2 === 0 && row === n - 1) return `alternating ${n / 2}`;
  return `${row % 2 === 1 ? 'cos' : 'sin'} ${Math.ceil(row / 2)}`;
};
