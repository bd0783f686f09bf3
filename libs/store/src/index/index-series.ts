import type { MetricsEvent } from '@grokscope/schema';
import type { IndexDatabase } from './index-database.js';
import type { Entry } from './pyramid.js';
import { ENTRY, FAN, thin } from './pyramid.js';
import type { Series, SeriesMetric, SeriesQuery } from '../events/series-metrics.js';
import { seriesMetrics } from '../events/series-metrics.js';

const CHUNK = 1024;
const POINT = 2;

interface Row {
  readonly number: number;
  readonly entries: ArrayBuffer | Uint8Array;
}

/**
 * Appends measurements to a run's curves, after the `count` that are there. Only the last chunk of each level changes.
 */
export function appendSeries(
  db: IndexDatabase,
  run: string,
  count: number,
  measured: readonly MetricsEvent[],
): void {
  const read = db.prepare(
    'SELECT number, entries FROM chunk WHERE run = ? AND metric = ? AND level = ? AND number = ?',
  );
  const write = db.prepare('INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)');
  const append = (metric: string, level: number, before: number, added: Float64Array): void => {
    const width = widthAt(level);
    let at = 0;
    for (let position = before; at < added.length;) {
      const number = Math.floor(position / CHUNK);
      const kept = position % CHUNK;
      const taken = Math.min(CHUNK - kept, (added.length - at) / width);
      const entries = new Float64Array((kept + taken) * width);
      if (kept > 0) {
        const row = read.get(run, metric, level, number) as Row | undefined;
        if (row === undefined) throw new Error(`the index lacks a chunk of ${run}`);
        entries.set(numbersOf(row.entries).subarray(0, kept * width));
      }
      entries.set(added.subarray(at, at + taken * width), kept * width);
      const last = entries.length - width + (level === 0 ? 0 : 1);
      write.run(run, metric, level, number, entries[0], entries[last], Buffer.from(entries.buffer));
      at += taken * width;
      position += taken;
    }
  };
  for (const metric of seriesMetrics) {
    const points = new Float64Array(measured.length * POINT);
    measured.forEach((event, i) => {
      points[i * POINT] = event.step;
      points[i * POINT + 1] = event[metric] ?? NaN;
    });
    append(metric, 0, count, points);
    let added = points;
    for (let level = 1; added.length > 0; level++) {
      const before = countAt(count, level);
      const below = countAt(count, level - 1);
      // What remains from whole groups, and the new points.
      const rest = below > before * FAN ? readNumbers(db, run, metric, level - 1, before * FAN, below) : [];
      added = grouped(level - 1, rest, added);
      append(metric, level, before, added);
    }
  }
}

/** The entries of the next level over `rest` and `added` of `level`; an incomplete group is left out. */
function grouped(level: number, rest: ArrayLike<number>, added: Float64Array): Float64Array<ArrayBuffer> {
  const all = new Float64Array(rest.length + added.length);
  all.set(rest);
  all.set(added, rest.length);
  const width = widthAt(level);
  const groups = new Float64Array(Math.floor(all.length / width / FAN) * ENTRY);
  for (let group = 0; group < groups.length / ENTRY; group++) {
    const first = group * FAN * width;
    let min = NaN;
    let max = NaN;
    for (let at = first; at < first + FAN * width; at += width) {
      const low = all[at + width - (level === 0 ? 1 : 2)]!;
      const high = all[at + width - 1]!;
      if (!(low >= min) && !Number.isNaN(low)) min = low;
      if (!(high <= max) && !Number.isNaN(high)) max = high;
    }
    const last = first + (FAN - 1) * width;
    groups.set([all[first]!, all[last + (level === 0 ? 0 : 1)]!, min, max], group * ENTRY);
  }
  return groups;
}

/** Numbers of one entry of a level. */
const widthAt = (level: number): number => (level === 0 ? POINT : ENTRY);

/** The driver returns a blob as one type or the other, depending on the call; a copy is aligned for numbers. */
function numbersOf(blob: ArrayBuffer | Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(blob).buffer);
}

/** Number of entries of a level for a curve of `count` points. */
const countAt = (count: number, level: number): number => Math.floor(count / FAN ** level);

/** The numbers of entries `begin` … `end` (exclusive, and greater than `begin`) of a level. */
function readNumbers(
  db: IndexDatabase,
  run: string,
  metric: string,
  level: number,
  begin: number,
  end: number,
): Float64Array {
  const rows = db
    .prepare(
      'SELECT number, entries FROM chunk WHERE run = ? AND metric = ? AND level = ? AND number BETWEEN ? AND ? ORDER BY number',
    )
    .all(run, metric, level, Math.floor(begin / CHUNK), Math.floor((end - 1) / CHUNK)) as Row[];
  const width = widthAt(level);
  const numbers = new Float64Array((end - begin) * width);
  let read = 0;
  for (const { number, entries } of rows) {
    const values = numbersOf(entries);
    const first = Math.max(begin - number * CHUNK, 0) * width;
    const last = Math.min((end - number * CHUNK) * width, values.length);
    numbers.set(values.subarray(first, last), read);
    read += last - first;
  }
  if (read < numbers.length) throw new Error(`the index lacks a chunk of ${run}`);
  return numbers;
}

/** Entries `begin` … `end` (exclusive) of a level. */
function readEntries(
  db: IndexDatabase,
  run: string,
  metric: string,
  level: number,
  begin: number,
  end: number,
): Entry[] {
  if (begin >= end) return [];
  const numbers = readNumbers(db, run, metric, level, begin, end);
  return Array.from({ length: end - begin }, (_, i) => entryAt(numbers, level, i));
}

function entryAt(values: Float64Array, level: number, i: number): Entry {
  if (level === 0) {
    const step = values[i * POINT]!;
    const value = values[i * POINT + 1]!;
    return { from: step, to: step, min: value, max: value };
  }
  const at = i * ENTRY;
  return { from: values[at]!, to: values[at + 1]!, min: values[at + 2]!, max: values[at + 3]! };
}

/**
 * A part of a curve of `count` points, from the coarsest level that has enough entries for it; points beyond that
 * level's last group come from the levels below.
 */
export function querySeries(
  db: IndexDatabase,
  run: string,
  metric: SeriesMetric,
  count: number,
  { from = -Infinity, to = Infinity, points }: SeriesQuery,
): Series {
  const begin = firstFrom(db, run, metric, count, from);
  const end = firstFrom(db, run, metric, count, to + 0.5);
  const wanted = end - begin;
  if (wanted <= 0) return { exact: true, points: [] };
  let level = 0;
  while (wanted / FAN ** (level + 1) >= points) level++;
  const entries: Entry[] = [];
  // Up to the first whole group, then whole groups, then the rest: finer and finer towards both ends.
  const walk = (at: number, stop: number, k: number): void => {
    if (at >= stop) return;
    const size = FAN ** k;
    const first = Math.ceil(at / size);
    const last = Math.floor(stop / size);
    if (k > 0 && first >= last) return walk(at, stop, k - 1);
    if (k > 0) walk(at, first * size, k - 1);
    entries.push(...readEntries(db, run, metric, k, first, last));
    if (k > 0) walk(last * size, stop, k - 1);
  };
  walk(begin, end, level);
  const thinned = thin(entries, points);
  return { exact: thinned.every((entry) => entry.from === entry.to), points: thinned };
}

/** The number of a curve's points at steps before `step`. */
function firstFrom(db: IndexDatabase, run: string, metric: string, count: number, step: number): number {
  if (step === -Infinity) return 0;
  if (step === Infinity) return count;
  const row = db
    .prepare(
      'SELECT number, entries FROM chunk WHERE run = ? AND metric = ? AND level = 0 AND last_step >= ? ORDER BY number LIMIT 1',
    )
    .get(run, metric, step) as Row | undefined;
  if (row === undefined) return count;
  const values = numbersOf(row.entries);
  let i = 0;
  while (values[i * POINT]! < step) i++;
  return row.number * CHUNK + i;
}
