/** The range of steps and losses that the curves show: pure, so that axes stay still while data grow inside them. */

const STEPS = [1, 2, 5];

/** 10 to an integer power, exactly as written (10 ** −4 is not 0.0001 to the last bit). */
const powerOfTen = (exponent: number): number => Number(`1e${exponent}`);

/** The right end of the step axis: the next of 1, 2, 5 × 10ⁿ, but not beyond the last step the run will take. */
export const stepAxisEnd = (last: number, total: number | null, hasEnded: boolean): number => {
  if (hasEnded && last > 0) return last;
  let power = 10;
  for (;;) {
    for (const factor of STEPS) {
      if (factor * power < last || factor * power < 20) continue;
      return total !== null && total >= last ? Math.min(factor * power, total) : factor * power;
    }
    power *= 10;
  }
};

/** Smallest and largest positive value of the columns; null if there is none. */
export const positiveExtent = (
  columns: readonly (readonly (number | null)[])[],
): readonly [number, number] | null => {
  let least = Infinity;
  let greatest = 0;
  for (const column of columns) {
    for (const value of column) {
      if (value === null || !(value > 0) || !Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  return greatest > 0 ? [least, greatest] : null;
};

/** The loss axis: down to a power of ten, up to 1, 2 or 5 times one, with space above for labels. */
export const lossAxisRange = (extent: readonly [number, number] | null): [number, number] => {
  if (extent === null) return [0.1, 10];
  const [least, greatest] = extent;
  const low = powerOfTen(Math.floor(Math.log10(least) + 1e-9));
  const wanted = greatest * 2.2;
  const power = powerOfTen(Math.floor(Math.log10(wanted)));
  const high = ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10) * power;
  return [Math.min(low, high / 10), high];
};
