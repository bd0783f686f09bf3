/* What a figure of a finding is drawn from: the shape that `experiments` gives it. */

/** What was varied, as it stands on the x axis: a number, or the name of a case. */
export type FigureX = number | string;

/** One run. */
export interface FigurePoint {
  readonly x: FigureX;
  /** The value; where the run never got there, the steps it made; null where there is nothing to place it by. */
  readonly y: number | null;
  readonly kind: 'reached' | 'notReached' | 'failed';
}

/** Runs of one kind, and the median over seeds at each x; null where half of them or more never got there. */
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
  /** `even`: every x has the same room, in order; for names, and for numbers that no other axis holds. */
  readonly xScale: 'linear' | 'log' | 'even';
  readonly yScale: 'linear' | 'log';
  readonly panels: readonly FigurePanel[];
}
