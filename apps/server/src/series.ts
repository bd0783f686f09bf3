import type { MetricsEvent, RunEvent } from '@grokscope/schema';

/** The curves there are: the numbers of `metrics` events. */
export const seriesMetrics = [
  'trainLoss',
  'testLoss',
  'trainAccuracy',
  'testAccuracy',
  'sumSquaredWeights',
  'stepsPerSecond',
] as const satisfies readonly (keyof MetricsEvent)[];

export type SeriesMetric = (typeof seriesMetrics)[number];

/** The smallest and largest value measured at steps `from` … `to`. */
export interface SeriesPoint {
  readonly from: number;
  readonly to: number;
  readonly min: number;
  readonly max: number;
}

/**
 * One curve in at most `points` points, each over equally many measurements, so that no spike is lost.
 * Measurements without a value are left out.
 */
export function minMaxSeries(
  events: readonly RunEvent[],
  metric: SeriesMetric,
  points: number,
): readonly SeriesPoint[] {
  const measured = events.flatMap((event) => {
    if (event.type !== 'metrics') return [];
    const value = event[metric];
    return value === null ? [] : [{ step: event.step, value }];
  });
  const size = Math.max(1, Math.ceil(measured.length / points));
  const series: SeriesPoint[] = [];
  for (let begin = 0; begin < measured.length; begin += size) {
    const bucket = measured.slice(begin, begin + size);
    const values = bucket.map(({ value }) => value);
    series.push({
      from: bucket[0]!.step,
      to: bucket.at(-1)!.step,
      min: Math.min(...values),
      max: Math.max(...values),
    });
  }
  return series;
}
