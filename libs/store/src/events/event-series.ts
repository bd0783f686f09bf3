import * as E from 'fp-ts/lib/Either.js';
import type { RunEvent } from '@grokscope/schema';
import type { StoreError } from '../errors.js';
import { thin } from '../index/pyramid.js';
import { openRun } from '../run/run-reader.js';
import { measuredRows } from './event-table.js';
import type { Series, SeriesQuery } from './series-metrics.js';
import { isSeriesMetric } from './series-metrics.js';

/**
 * A part of one curve, computed from a run's events for use without an index: every extreme is kept, and measurements
 * without a value are left out.
 *
 * @param metric one of `seriesMetrics`, or a column of the run's table that holds numbers (`eventTable`)
 */
export function eventSeries(
  events: readonly RunEvent[],
  metric: string,
  { from = -Infinity, to = Infinity, points, measures = [] }: SeriesQuery,
): Series {
  const found = isSeriesMetric(metric)
    ? events.flatMap((event) => (event.type === 'metrics' ? [[event.step, event[metric]] as const] : []))
    : measuredRows(events, measures).map(({ step, values }) => [step, values.get(metric)] as const);
  const measured = found.flatMap(([step, value]) =>
    typeof value !== 'number' || step < from || step > to
      ? []
      : [{ from: step, to: step, min: value, max: value }],
  );
  const thinned = thin(measured, points);
  return { exact: thinned.length === measured.length, points: thinned };
}

/** A part of one curve of a run, from its folder alone. Errors: those of `openRun` and of reading its events. */
export async function seriesOfFolder(
  runsDir: string,
  runId: string,
  metric: string,
  query: SeriesQuery,
): Promise<E.Either<StoreError, Series>> {
  const run = await openRun(runsDir, runId)();
  if (E.isLeft(run)) return run;
  const events = await run.right.readEvents()();
  return E.map((all: readonly RunEvent[]) => eventSeries(all, metric, query))(events);
}
