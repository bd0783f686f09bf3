import type { MeasureInfo, MetricScalar, RunSeries } from '@grokscope/schema';
import { metricNames } from '@grokscope/schema';
import type { Entry } from '../index/pyramid.js';

/** The indexed curves: the numbers of `metrics` events. */
export const seriesMetrics = metricNames;

/** Name of a curve that is indexed. */
export type SeriesMetric = MetricScalar;

/** Whether a curve belongs to `metrics` events and is therefore indexed; any other is a column of `progress` events. */
export const isSeriesMetric = (name: string): name is SeriesMetric =>
  seriesMetrics.some((metric) => metric === name);

/** Which part of a curve to return, and how finely. */
export interface SeriesQuery {
  /** First and last step; default: all. */
  readonly from?: number;
  readonly to?: number;
  /** The most points. */
  readonly points: number;
  /** Measures whose columns are curves too, besides those that the run describes itself. */
  readonly measures?: readonly MeasureInfo[];
}

/** A part of a curve: its exact points if they are few enough, otherwise the extremes of stretches. */
export interface Series extends Pick<RunSeries, 'exact'> {
  readonly points: readonly Entry[];
}
