/** A curve of bounded length, whatever the length of the run: what a page that watches for weeks keeps. Pure. */
import { extremeColumns } from '@grokscope/schema';
import type { Series } from './series.js';
import { mapColumns } from './series.js';

/** A curve is thinned once it has more rows than this. */
export const MOST_ROWS = 8192;
/** Its steps are then divided into this many equal stretches, from each of which at most 13 rows are kept. */
const STRETCHES = 512;
/** The newest rows stay as they are, since the current state is judged by each of them. */
const NEWEST = 128;

/**
 * Adds to `kept`, of the rows from `from` up to `to`, the first, and the smallest, the largest and the first missing
 * value of each number.
 */
const keepTelling = (series: Series, from: number, to: number, kept: Set<number>): void => {
  if (from < to) kept.add(from);
  for (const name of extremeColumns) {
    const column = series[name];
    let [least, most, missing]: (number | undefined)[] = [];
    for (let i = from; i < to; i += 1) {
      const value = column[i] ?? null;
      if (value === null) missing ??= i;
      else {
        if (least === undefined || value < (column[least] ?? Infinity)) least = i;
        if (most === undefined || value > (column[most] ?? -Infinity)) most = i;
      }
    }
    for (const i of [least, most, missing]) if (i !== undefined) kept.add(i);
  }
};

/**
 * The series unchanged up to `MOST_ROWS` rows. Beyond that, a selection of its real measurements: from equal stretches
 * of steps the first and the extremes of each loss and accuracy, those of the `pinned` steps, and the newest. Thinned
 * repeatedly as it grows, it keeps every extreme, since an extreme of a long stretch is also one of a shorter one.
 */
export const thinnedSeries = (series: Series, pinned: ReadonlySet<number>): Series => {
  const { step } = series;
  if (step.length <= MOST_ROWS) return series;
  const older = step.length - NEWEST;
  const first = step[0] ?? 0;
  const width = ((step[older] ?? 0) - first) / STRETCHES;
  const kept = new Set<number>();
  let from = 0;
  for (let stretch = 1; stretch <= STRETCHES; stretch += 1) {
    let to = from;
    while (to < older && (stretch === STRETCHES || (step[to] ?? 0) < first + stretch * width)) to += 1;
    keepTelling(series, from, to, kept);
    from = to;
  }
  const rows = step.flatMap((at, i) => (i >= older || kept.has(i) || pinned.has(at) ? [i] : []));
  return {
    step: rows.map((i) => step[i] ?? 0),
    ...mapColumns(series, (column) => rows.map((i) => column[i] ?? null)),
  };
};
