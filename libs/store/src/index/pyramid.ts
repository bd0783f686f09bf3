/*
 * A curve as a pyramid: level 0 has its points; an entry of level k is the smallest and largest value of FAN entries of
 * the level below. Only whole groups have an entry, so that only the last chunk is ever rewritten.
 */

/** The number of entries of a level that one entry of the next summarises. */
export const FAN = 16;
/** Numbers of an entry of level 1 and above: first step, last step, minimum, maximum. */
export const ENTRY = 4;

/** The smallest and largest value measured at steps `from` … `to`; NaN if there is none. */
export interface Entry {
  readonly from: number;
  readonly to: number;
  readonly min: number;
  readonly max: number;
}

/** One entry over all of `entries`, which are in order of steps and not empty. */
export function merge(entries: readonly Entry[]): Entry {
  let min = NaN;
  let max = NaN;
  for (const entry of entries) {
    if (!(entry.min >= min)) min = Number.isNaN(entry.min) ? min : entry.min;
    if (!(entry.max <= max)) max = Number.isNaN(entry.max) ? max : entry.max;
  }
  return { from: entries[0]!.from, to: entries.at(-1)!.to, min, max };
}

/** At most `points` entries over all of `entries`; those without a value are left out. */
export function thin(entries: readonly Entry[], points: number): readonly Entry[] {
  const known = entries.filter(({ min }) => !Number.isNaN(min));
  if (known.length <= points) return known;
  const size = Math.ceil(known.length / points);
  const thinned: Entry[] = [];
  for (let i = 0; i < known.length; i += size) thinned.push(merge(known.slice(i, i + size)));
  return thinned;
}
