import * as E from 'fp-ts/lib/Either.js';
import type { RunEvent } from '@grokscope/schema';
import type { StoreError } from './errors.js';
import { thin } from './pyramid.js';
import { openRun } from './run-reader.js';
import type { Series, SeriesMetric, SeriesQuery } from './series-metrics.js';

/**
 * A part of one curve from a run's events themselves, for where there is no index: every extreme is kept, and
 * measurements without a value are left out.
 */
export function eventSeries(
  events: readonly RunEvent[],
  metric: SeriesMetric,
  { from = -Infinity, to = Infinity, points }: SeriesQuery,
): Series {
  const measured = events.flatMap((event) => {
    if (event.type !== 'metrics' || event.step < from || event.step > to) return [];
    const value = event[metric];
    return value === null ? [] : [{ from: event.step, to: event.step, min: value, max: value }];
  });
  const thinned = thin(measured, points);
  return { exact: thinned.length === measured.length, points: thinned };
}

/** A part of one curve of a run, from its folder alone. Errors: those of `openRun` and of reading its events. */
export async function seriesOfFolder(
  runsDir: string,
  runId: string,
  metric: SeriesMetric,
  query: SeriesQuery,
): Promise<E.Either<StoreError, Series>> {
  const run = await openRun(runsDir, runId)();
  if (E.isLeft(run)) return run;
  const events = await run.right.readEvents()();
  return E.map((all: readonly RunEvent[]) => eventSeries(all, metric, query))(events);
}
