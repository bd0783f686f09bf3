import type { MeasureInfo, MetricScalar, RunSeries } from '@grokscope/schema';
import { metricNames } from '@grokscope/schema';
import type { Entry } from '../index/pyramid.js';

/** The curves there are: the numbers of `metrics` events. */
export const seriesMetrics = metricNames;

/** Name of a curve that is indexed. */
export type SeriesMetric = MetricScalar;

/** Whether a curve is one of `metrics` events, and so indexed; any other is a column of `progress` events. */
export const isSeriesMetric = (name: string): name is SeriesMetric =>
  seriesMetrics.some((metric) => metric === name);

/** Which part of a curve, and how finely. */
export interface SeriesQuery {
  /** First and last step; default: all. */
  readonly from?: number;
  readonly to?: number;
  /** At most so many points. */
  readonly points: number;
  /** The measures whose columns are curves too, beside those that the run describes itself. */
  readonly measures?: readonly MeasureInfo[];
}

/** A part of a curve: its very points where they are few enough, else the extremes of stretches. */
export interface Series extends Pick<RunSeries, 'exact'> {
  readonly points: readonly Entry[];
}
