import type { Palette, StepAxis, Tick } from '@grokscope/figures';
import { decadeTicks, linearStepTicks, logStepAxis, logStepTicks } from '@grokscope/figures';
import uPlot from 'uplot';
import type { CurveStyle, LossCurve } from './loss-curves.js';
import { colorOf, unionOfSteps, valuesAt } from './loss-curves.js';
import type { PhaseSpan } from './phase-spans.js';
import type { Mark, PlacedMark, PlacedSpan } from './plot-drawing.js';
import { PLOT_FONT, drawEnd, drawMarks, drawNames, drawPhaseNames, drawPhases } from './plot-drawing.js';
import { lossAxisRange, positiveExtent, stepAxisEnd } from './plot-range.js';
import type { Series } from './series.js';
import { emptySeries } from './series.js';

export interface LossPlotData {
  readonly series: Series;
  /** The losses, train and test first. */
  readonly curves: readonly LossCurve[];
  readonly totalSteps: number | null;
  readonly hasEnded: boolean;
  readonly linearSteps: boolean;
  readonly marks: readonly Mark[];
  readonly phases: readonly PhaseSpan[];
}

export interface LossPlot {
  readonly draw: (data: LossPlotData) => void;
  readonly resize: (width: number) => void;
  /** Puts the reading line at a step; null removes it. */
  readonly point: (step: number | null) => void;
  readonly destroy: () => void;
}

const GUTTER = 52;
/** A plot below this width (in pixels) is a phone's. */
const NARROW = 520;
const LINEAR: StepAxis = { toPosition: (step) => step, toStep: (position) => position };

const heights = (width: number): { loss: number; accuracy: number } =>
  width < NARROW ? { loss: 270, accuracy: 96 } : { loss: 430, accuracy: 118 };

const positive = (column: readonly (number | null)[]): (number | null)[] =>
  column.map((value) => (value !== null && value > 0 ? value : null));

/**
 * Losses on log axes with the accuracies below, over one step axis. This file owns the canvas; every decision about
 * ranges, ticks and positions is made by pure functions elsewhere.
 *
 * @param styles of every curve that `draw` may receive
 */
export const createLossPlot = (
  container: HTMLElement,
  palette: Palette,
  styles: readonly CurveStyle[],
  onPoint: (step: number | null) => void,
): LossPlot => {
  let data: LossPlotData = {
    series: emptySeries,
    curves: [],
    totalSteps: null,
    hasEnded: false,
    linearSteps: false,
    marks: [],
    phases: [],
  };
  let axis: StepAxis = logStepAxis(1);
  let threshold = 1;
  let end = 100;
  let lossRange: [number, number] = [0.1, 10];
  /** The steps of the losses, and the positions on the axis of these and of the accuracies' steps: the plots' own x. */
  let union: number[] = [];
  let positions: number[] = [];

  const stepTicks = (u: uPlot): readonly Tick[] =>
    data.linearSteps ? linearStepTicks(end, u.width < NARROW ? 4 : 7) : logStepTicks(threshold, end);
  const placedMarks = (): PlacedMark[] =>
    data.marks.map(({ step, ...mark }) => ({ position: axis.toPosition(step), ...mark }));
  const placedSpans = (): PlacedSpan[] =>
    data.phases.map(({ from, to, tint, labels }) => ({
      from: axis.toPosition(from),
      to: axis.toPosition(to),
      tint,
      labels,
    }));
  const drawEnds = (u: uPlot, train: readonly (number | null)[], test: readonly (number | null)[]): void => {
    drawEnd(u, positions, train, palette.train);
    drawEnd(u, positions, test, palette.test);
  };
  const underneath = (u: uPlot): void => drawPhases(u, placedSpans(), palette);
  const overLosses = (u: uPlot): void => {
    drawPhaseNames(u, placedSpans(), palette);
    drawMarks(u, placedMarks(), palette, data.phases.length === 0);
    drawNames(u, data.curves, axis.toPosition, palette);
    drawEnds(u, data.series.trainLoss, data.series.testLoss);
  };
  const overAccuracies = (u: uPlot): void => {
    drawMarks(u, placedMarks(), palette, false);
    drawEnds(u, data.series.trainAccuracy, data.series.testAccuracy);
  };

  const xScale: uPlot.Scale = { time: false, range: () => [0, axis.toPosition(end)] };
  const line = (stroke: string, width = 2, dash: readonly number[] = []): uPlot.Series => ({
    stroke,
    width,
    ...(dash.length > 0 ? { dash: [...dash] } : {}),
    points: { show: false },
    spanGaps: true,
  });
  const yAxis = (splits: () => number[], label: (value: number) => string): uPlot.Axis => ({
    size: GUTTER,
    gap: 8,
    font: PLOT_FONT,
    stroke: palette.muted,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    splits,
    filter: (_, values) => values,
    values: (_, values) => values.map(label),
  });
  const cursor: uPlot.Cursor = {
    y: false,
    sync: { key: 'steps', setSeries: false },
    drag: { x: false, y: false, setScale: false },
    points: { size: 7, width: 0 },
  };
  const common = { legend: { show: false }, cursor };
  const padding = (top: number): uPlot.Padding => [top, 14, 0, 0];
  const reportPoint = (u: uPlot): void => {
    const { idx } = u.cursor;
    onPoint(idx === null || idx === undefined ? null : (union[idx] ?? null));
  };

  const createPlots = (width: number): [uPlot, uPlot] => {
    const { loss, accuracy } = heights(width);
    const lossOptions: uPlot.Options = {
      ...common,
      width,
      height: loss,
      // Space above for the names of phases and marks.
      padding: padding(22),
      scales: { x: xScale, y: { distr: 3, range: () => lossRange } },
      axes: [
        {
          size: 28,
          gap: 6,
          font: PLOT_FONT,
          stroke: palette.muted,
          grid: { show: false },
          ticks: { stroke: palette.line, size: 5, width: 1 },
          splits: (u) => stepTicks(u).map(({ value }) => axis.toPosition(value)),
          filter: (_, values) => values,
          values: (u) => stepTicks(u).map(({ label }) => label),
        },
        yAxis(
          () => decadeTicks(...lossRange).map(({ value }) => value),
          (value) => decadeTicks(value, value)[0]?.label ?? '',
        ),
      ],
      series: [{}, ...styles.map((style) => line(colorOf(style, palette), style.width, style.dash))],
      hooks: { drawClear: [underneath], draw: [overLosses], setCursor: [reportPoint] },
    };
    const accuracyOptions: uPlot.Options = {
      ...common,
      width,
      height: accuracy,
      padding: padding(4),
      scales: { x: xScale, y: { range: () => [-0.04, 1.08] } },
      axes: [
        { show: false },
        yAxis(
          () => [0, 0.5, 1],
          (value) => `${100 * value} %`,
        ),
      ],
      series: [{}, line(palette.train), line(palette.test)],
      hooks: { drawClear: [underneath], draw: [overAccuracies] },
    };
    return [
      new uPlot(lossOptions, [[], ...styles.map(() => [])], container),
      new uPlot(accuracyOptions, [[], [], []], container),
    ];
  };

  const [lossPlot, accuracyPlot] = createPlots(Math.max(container.clientWidth, 240));

  const show = (): void => {
    const { series, curves } = data;
    const columns = styles.map(({ name }) => {
      const curve = curves.find((one) => one.name === name);
      return curve ? positive(valuesAt(curve, union)) : union.map(() => null);
    });
    lossPlot.setData([union.map(axis.toPosition), ...columns]);
    accuracyPlot.setData([positions, [...series.trainAccuracy], [...series.testAccuracy]]);
  };

  return {
    draw: (next) => {
      data = next;
      const { step } = next.series;
      threshold = step.find((value) => value > 0) ?? 1;
      axis = next.linearSteps ? LINEAR : logStepAxis(threshold);
      end = stepAxisEnd(step[step.length - 1] ?? 0, next.totalSteps, next.hasEnded);
      lossRange = lossAxisRange(positiveExtent(next.curves.map(({ values }) => values)));
      union = unionOfSteps(next.curves);
      positions = step.map(axis.toPosition);
      show();
    },
    resize: (width) => {
      const { loss, accuracy } = heights(width);
      lossPlot.setSize({ width, height: loss });
      accuracyPlot.setSize({ width, height: accuracy });
    },
    point: (step) => {
      const left = step === null ? -10 : lossPlot.valToPos(axis.toPosition(step), 'x');
      const place = { left, top: step === null ? -10 : 20 };
      lossPlot.setCursor(place);
      accuracyPlot.setCursor(place);
    },
    destroy: () => {
      lossPlot.destroy();
      accuracyPlot.destroy();
    },
  };
};
