import { stage, table, type Stage } from './stage.js';
import { rowAndColumn } from './text.js';

/**
 * Which entries of an operand belong to each row of a result, for sums by index. A GPU thread cannot add to another
 * thread's entry, so each thread gathers. With an index known at compile time it reads only the entries of its own row;
 * long rows are cut into segments, which threads sum in parallel before a second launch adds them.
 */
export interface Segments {
  /** Entries sorted by row, in their own order within a row. */
  readonly order: Float32Array;
  /** Segment s is `order[starts[s]] … order[starts[s+1] − 1]`; one entry more than there are segments. */
  readonly starts: Float32Array;
  /** The segments of row v are `rowStarts[v] … rowStarts[v+1] − 1`: at least one, which may be empty. */
  readonly rowStarts: Float32Array;
  /** Entries of the longest segment, segments of the longest row: loop bounds. */
  readonly longestSegment: number;
  readonly longestRow: number;
}

/** The most entries in a segment: also bounds the rounding error of sums, as chunks do in `text.ts`. */
const SEGMENT = 64;

/**
 * Groups entries 0 … n−1 by row.
 *
 * @param rowOf the row of each entry, 0 … rows−1
 */
export function segmentsOf(rowOf: ArrayLike<number>, rows: number): Segments {
  const counts = new Int32Array(rows);
  for (let i = 0; i < rowOf.length; i++) counts[rowOf[i]]++;
  const rowStarts = new Float32Array(rows + 1);
  const firstEntry = new Int32Array(rows);
  const starts: number[] = [];
  let [entries, longestSegment, longestRow] = [0, 1, 1];
  for (let row = 0; row < rows; row++) {
    const segments = Math.max(1, Math.ceil(counts[row] / SEGMENT));
    for (let s = 0; s < segments; s++) starts.push(entries + s * SEGMENT);
    firstEntry[row] = entries;
    entries += counts[row];
    rowStarts[row + 1] = starts.length;
    longestSegment = Math.max(longestSegment, Math.min(SEGMENT, counts[row]));
    longestRow = Math.max(longestRow, segments);
  }
  starts.push(entries);
  const order = new Float32Array(rowOf.length);
  for (let i = 0; i < rowOf.length; i++) order[firstEntry[rowOf[i]]++] = i;
  return { order, starts: Float32Array.from(starts), rowStarts, longestSegment, longestRow };
}

/**
 * Runs `add` for each `place` = starts[segment] … starts[segment+1] − 1. The kernel needs the argument `starts` and the
 * constant `longest`.
 */
export const eachInSegment = (segment: string, add: string): string => `
  const firstPlace = starts[${segment}];
  const endPlace = starts[${segment} + 1];
  for (let step = 0; step < this.constants.longest; step++) {
    const place = firstPlace + step;
    if (place >= endPlace) {
      break;
    }
    ${add}
  }`;

/** Declares `total`, the sum of what `add` adds over a segment. */
export const segmentSum = (segment: string, add: string): string => `
  let total = 0.0;
  ${eachInSegment(segment, add)}`;

// partial (S,D), starts (V+1); out (V,D): the sum of each row's segments.
const MERGE_SEGMENTS = `function mergeSegments(partial, starts) {
  ${rowAndColumn('d')}
  ${segmentSum('row', 'total += partial[place * this.constants.d + col];')}
  return total;
}`;

/** Adds up a stage's result (segments, d) over the segments of each row: no stage if every row is one segment. */
export function mergeSegments(
  { rowStarts, longestRow }: { readonly rowStarts: Float32Array; readonly longestRow: number },
  d: number,
): readonly Stage[] {
  if (longestRow === 1) return [];
  const size = (rowStarts.length - 1) * d;
  const constants = { d, longest: longestRow };
  return [{ source: MERGE_SEGMENTS, size, constants, arrays: [stage(0), table(rowStarts)] }];
}
