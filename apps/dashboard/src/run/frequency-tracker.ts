import type { Palette } from '@grokscope/figures';
import { frequencyColor } from '@grokscope/figures';
import { strongestFrequencies } from '@grokscope/interpret';

/** How many frequencies are drawn as circles. */
export const CIRCLES = 5;
/** If more than this many stand out, that has no meaning; the strongest are kept. */
const MOST_STANDING_OUT = 10;
/** A wave stands out once its norm is this many times the median of all and this share of the largest … */
const RISE = { median: 1.6, largest: 0.55 };
/** … and no longer once it falls below one of these. The second excludes harmonics, the echoes at twice a frequency. */
const FALL = { median: 1.3, largest: 0.4 };
/** A frequency must be this much stronger than a drawn one to take its place. */
const TAKE_OVER = 1.1;

/** Which frequencies are coloured and which are drawn, kept stable from one look to the next. */
export interface FrequencyChoice {
  /** Frequencies that stand out, ascending. */
  readonly standingOut: readonly number[];
  /** Frequencies drawn as circles, ascending. */
  readonly circles: readonly number[];
  /** Frequency → index of its hue; a frequency that once stood out keeps its own. */
  readonly hues: ReadonlyMap<number, number>;
}

/** The choice from which a look at another time starts: colours stay, what stood out then does not count. */
export const onlyHues = ({ hues }: FrequencyChoice): FrequencyChoice => ({ ...noFrequencies, hues });

/** The colour of a frequency: its hue, if it ever had one. */
export const colorOfFrequency = (palette: Palette, { hues }: FrequencyChoice, k: number): string => {
  const hue = hues.get(k);
  return hue === undefined ? palette.grey : frequencyColor(palette, hue);
};

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
 * The next choice from the norms of all frequencies, [(p−1)/2] at index k−1. `keys` are key by a published rule
 * elsewhere in the network: they get a hue too, unless there are too many to be meaningful.
 *
 * "Stands out" is this page's own rule for the eye; it is not one of the published rules for key frequencies, which
 * early in training mark nearly all.
 */
export const chooseFrequencies = (
  previous: FrequencyChoice,
  norms: ArrayLike<number>,
  keys: readonly number[] = [],
): FrequencyChoice => {
  const middle = median(norms);
  const largest = norms[(strongestFrequencies(norms, 1)[0] ?? 1) - 1] ?? 0;
  const standingOut = strongestFrequencies(norms, norms.length)
    .filter((k) => {
      const line = previous.standingOut.includes(k) ? FALL : RISE;
      const norm = norms[k - 1] ?? 0;
      return norm > line.median * middle && norm > line.largest * largest;
    })
    .slice(0, MOST_STANDING_OUT);
  const also = keys.length > MOST_STANDING_OUT ? [] : keys.filter((k) => !standingOut.includes(k));
  const hues = giveHues(previous.hues, [...standingOut, ...also].slice(0, MOST_STANDING_OUT));
  return {
    standingOut: standingOut.sort(ascending),
    circles: chooseCircles(previous.circles, norms),
    hues,
  };
};

/**
 * A hue for each frequency that stands out: its former one, otherwise the lowest unused; if all are in use, that of a
 * frequency which no longer stands out. No two frequencies ever share one.
 */
const giveHues = (
  previous: ReadonlyMap<number, number>,
  standingOut: readonly number[],
): ReadonlyMap<number, number> => {
  const hues = new Map(previous);
  for (const k of standingOut) {
    if (hues.has(k)) continue;
    const taken = new Set(hues.values());
    const free = Array.from({ length: MOST_STANDING_OUT }, (_, hue) => hue).find((hue) => !taken.has(hue));
    const past = [...hues].find(([other]) => !standingOut.includes(other));
    if (free === undefined && past) hues.delete(past[0]);
    hues.set(k, free ?? past?.[1] ?? hues.size);
  }
  return hues;
};
