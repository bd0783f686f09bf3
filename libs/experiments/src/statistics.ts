/** What several seeds say together; a run that never got there counts as infinitely late. */
export interface Spread {
  /** How many runs. */
  readonly n: number;
  /** How many of them have a value. */
  readonly reached: number;
  /** The middle one, or the mean of the middle two; null where a middle one never got there. */
  readonly median: number | null;
  /** The least value; null where no run has one. */
  readonly low: number | null;
  /** The greatest; null where a run never got there. */
  readonly high: number | null;
}

/** Median and range of values of which some may be missing: null stands for "never", which is above every number. */
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
 * The first measured step with a loss below `threshold`; null if there is none. Steps ascend; a loss that is null
 * (not finite, or not measured) is not below anything.
 */
export function firstBelow(
  losses: Iterable<{ readonly step: number; readonly loss: number | null }>,
  threshold: number,
): number | null {
  for (const { step, loss } of losses) if (loss !== null && loss < threshold) return step;
  return null;
}
