/* The data that a figure of a finding is drawn from, in the shape that `experiments` produces. */

/** The varied value as shown on the x axis: a number, or the name of a case. */
export type FigureX = number | string;

/** One run. */
export interface FigurePoint {
  readonly x: FigureX;
  /** The value; if the run never reached it, the steps it made; null if there is nothing to place it by. */
  readonly y: number | null;
  readonly kind: 'reached' | 'notReached' | 'failed';
}

/** Runs of one kind, and the median over seeds at each x; null if half of them or more never reached it. */
export interface FigureSeries {
  readonly label: string;
  readonly points: readonly FigurePoint[];
  readonly spread: readonly { readonly x: FigureX; readonly median: number | null }[];
}

/** Values published elsewhere. */
export interface FigurePublished {
  readonly source: string;
  readonly points: readonly (readonly [FigureX, number])[];
}

/** One plot. */
export interface FigurePanel {
  readonly title: string;
  readonly series: readonly FigureSeries[];
  readonly published: readonly FigurePublished[];
}

/** Plots side by side with the same axes. */
export interface FindingFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** Axis titles, with units. */
  readonly xTitle: string;
  readonly yTitle: string;
  /** `even`: every x has the same width, in order; for names, and for numbers that no other axis can show. */
  readonly xScale: 'linear' | 'log' | 'even';
  readonly yScale: 'linear' | 'log';
  readonly panels: readonly FigurePanel[];
}
