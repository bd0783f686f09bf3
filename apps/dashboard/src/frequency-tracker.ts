import { strongestFrequencies } from '@grokscope/interpret';

/** How many frequencies are drawn as circles. */
export const CIRCLES = 5;
/** More than this many standing out would be no message; the strongest are kept. */
const MOST_STANDING_OUT = 10;
/** A wave stands out once its norm is this many times the median of all, and no longer below the second. */
const RISE = 2;
const FALL = 1.6;
/** A frequency not drawn must be this much stronger than one drawn to take its place. */
const TAKE_OVER = 1.1;

/** Which frequencies are coloured and which are drawn, kept steady from one look to the next. */
export interface FrequencyChoice {
  /** Frequencies that stand out, ascending. */
  readonly standingOut: readonly number[];
  /** Frequencies drawn as circles, ascending. */
  readonly circles: readonly number[];
  /** Frequency → index of its hue; a frequency that once stood out keeps its own. */
  readonly hues: ReadonlyMap<number, number>;
}

export const noFrequencies: FrequencyChoice = { standingOut: [], circles: [], hues: new Map() };

const median = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
};

const ascending = (a: number, b: number): number => a - b;

const chooseCircles = (previous: readonly number[], norms: ArrayLike<number>): number[] => {
  const norm = (k: number): number => (norms[k - 1] ?? 0) * (previous.includes(k) ? TAKE_OVER : 1);
  return Array.from({ length: norms.length }, (_, i) => i + 1)
    .sort((a, b) => norm(b) - norm(a) || a - b)
    .slice(0, CIRCLES)
    .sort(ascending);
};

/**
 * The next choice from the norms of all frequencies, [(p−1)/2] at index k−1.
 *
 * "Stands out" is this page's own rule for the eye (at least twice the median norm; 1.6 times to stay); it is
 * not one of the published rules for key frequencies, which early in training mark nearly all.
 */
export const chooseFrequencies = (previous: FrequencyChoice, norms: ArrayLike<number>): FrequencyChoice => {
  const middle = median(norms);
  const standingOut = strongestFrequencies(norms, norms.length)
    .filter((k) => (norms[k - 1] ?? 0) > middle * (previous.standingOut.includes(k) ? FALL : RISE))
    .slice(0, MOST_STANDING_OUT);
  const hues = new Map(previous.hues);
  for (const k of standingOut) if (!hues.has(k)) hues.set(k, nextHue(hues, previous.standingOut));
  return {
    standingOut: standingOut.sort(ascending),
    circles: chooseCircles(previous.circles, norms),
    hues,
  };
};

/** The lowest hue nobody has; when ten are given out, one whose frequency no longer stands out. */
const nextHue = (hues: ReadonlyMap<number, number>, inUse: readonly number[]): number => {
  const taken = new Set(hues.values());
  for (let hue = 0; hue < MOST_STANDING_OUT; hue += 1) if (!taken.has(hue)) return hue;
  const busy = new Set(inUse.map((k) => hues.get(k)));
  for (let hue = 0; hue < MOST_STANDING_OUT; hue += 1) if (!busy.has(hue)) return hue;
  return hues.size;
};
