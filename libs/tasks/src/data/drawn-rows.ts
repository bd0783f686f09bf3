import type { DrawnRow, SampledTask } from '../forms/sampled-task.js';

/** Drawn examples, row by row: every array is `[n, width]`. */
export interface Rows extends DrawnRow {
  readonly n: number;
}

/** Space for n examples. */
export const emptyRows = ({ nCtx, nScored, positionsVary, nPlaces }: SampledTask, n: number): Rows => ({
  n,
  tokens: new Int32Array(n * nCtx),
  labels: new Int32Array(n * nScored),
  scored: new Int32Array(positionsVary ? n * nScored : 0),
  places: new Int32Array(n * nPlaces),
});

/** Row i, as views. */
export const rowAt = ({ nCtx, nScored, nPlaces }: SampledTask, rows: Rows, i: number): DrawnRow => ({
  tokens: rows.tokens.subarray(i * nCtx, (i + 1) * nCtx),
  labels: rows.labels.subarray(i * nScored, (i + 1) * nScored),
  scored: rows.scored.subarray(i * nScored, (i + 1) * nScored),
  places: rows.places.subarray(i * nPlaces, (i + 1) * nPlaces),
});

/**
 * A number below 2^53 for a row of tokens: equal rows have equal numbers. Different rows share a number so rarely that
 * an example refused by mistake is not worth guarding against; a held-out one is never accepted.
 */
export function keyOf(tokens: Int32Array): number {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (const token of tokens) {
    // FNV-1a, and beside it a second mixing with another multiplier.
    high = Math.imul(high ^ token, 0x01000193);
    low = Math.imul(low ^ (token + (low >>> 15)), 0x85ebca6b);
  }
  return (high >>> 0) * 0x200000 + (low >>> 11);
}
