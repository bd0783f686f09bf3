/** Statistics over several seeds; a run that never reached the value counts as infinitely late. */
export interface Spread {
  /** The number of runs. */
  readonly n: number;
  /** How many of them have a value. */
  readonly reached: number;
  /** The middle value, or the mean of the middle two; null if a middle run never reached it. */
  readonly median: number | null;
  /** The smallest value; null if no run has one. */
  readonly low: number | null;
  /** The largest value; null if a run never reached it. */
  readonly high: number | null;
}

/** Median and range of values of which some may be missing: null means "never", which is above every number. */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const sorted = values.map((value) => value ?? Infinity).sort((a, b) => a - b);
  const n = sorted.length;
  const middle = n === 0 ? Infinity : (sorted[Math.floor((n - 1) / 2)]! + sorted[Math.floor(n / 2)]!) / 2;
  return {
    n,
    reached: sorted.filter(Number.isFinite).length,
    median: finiteOrNull(middle),
    low: finiteOrNull(sorted[0] ?? Infinity),
    high: finiteOrNull(sorted.at(-1) ?? Infinity),
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * The first measured step with a loss below `threshold`; null if there is none. Steps ascend; a null loss (not finite,
 * or not measured) is not below any threshold.
 */
export function firstBelow(
  losses: Iterable<{ readonly step: number; readonly loss: number | null }>,
  threshold: number,
): number | null {
  for (const { step, loss } of losses) if (loss !== null && loss < threshold) return step;
  return null;
}
