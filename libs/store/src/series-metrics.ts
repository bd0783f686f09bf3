import type { MetricsEvent } from '@grokscope/schema';
import type { Entry } from './pyramid.js';

/** The curves there are: the numbers of `metrics` events. */
export const seriesMetrics = [
  'trainLoss',
  'testLoss',
  'trainAccuracy',
  'testAccuracy',
  'sumSquaredWeights',
  'stepsPerSecond',
] as const satisfies readonly (keyof MetricsEvent)[];

/** Name of a curve. */
export type SeriesMetric = (typeof seriesMetrics)[number];

/** Which part of a curve, and how finely. */
export interface SeriesQuery {
  /** First and last step; default: all. */
  readonly from?: number;
  readonly to?: number;
  /** At most so many points. */
  readonly points: number;
}

/** A part of a curve: its very points where they are few enough, else the extremes of stretches. */
export interface Series {
  /** True where every point is one measurement. */
  readonly exact: boolean;
  readonly points: readonly Entry[];
}
