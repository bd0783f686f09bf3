/** Real numbers as weights and activations are given: measures compute in float64 in any case. */
export type Reals = Float32Array | Float64Array;

/** Σ x², in float64. */
export function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

/** The columns `columns` of a matrix [rows, width], as [rows, columns.length]; written to `out` if given. */
export function selectColumns(
  matrix: Reals,
  width: number,
  columns: ArrayLike<number>,
  out: Float64Array = new Float64Array((matrix.length / width) * columns.length),
): Float64Array {
  const rows = matrix.length / width;
  const count = columns.length;
  // A plain array copy, which the compiler can optimise: columns may be any array-like.
  const from = Int32Array.from(columns);
  for (let r = 0, at = 0; r < rows; r++)
    for (let c = 0; c < count; c++, at++) out[at] = matrix[r * width + from[c]];
  return out;
}

/** The rows `rows` of a matrix [·, width], as [rows.length, width]. */
export function selectRows(matrix: Reals, width: number, rows: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r] * width;
    for (let c = 0; c < width; c++) out[r * width + c] = matrix[from + c];
  }
  return out;
}
