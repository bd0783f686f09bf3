import type { Palette, StepAxis } from '@grokscope/figures';
import { decadeTicks, formatCount, linearStepTicks, logStepAxis, logStepTicks } from '@grokscope/figures';
import uPlot from 'uplot';
import type { Mark } from './plot-drawing.js';
import { PLOT_FONT, drawEnd, drawMarks, drawNames } from './plot-drawing.js';
import { lossAxisRange, positiveExtent, stepAxisEnd } from './plot-range.js';
import type { Column, Series } from './run-state.js';

export interface LossPlotData {
  readonly series: Series;
  readonly totalSteps: number | null;
  readonly hasEnded: boolean;
  readonly linearSteps: boolean;
  readonly marks: readonly Mark[];
}

export interface LossPlot {
  readonly draw: (data: LossPlotData) => void;
  readonly resize: (width: number) => void;
  /** Puts the reading line at a measured step; null removes it. */
  readonly point: (index: number | null) => void;
  readonly destroy: () => void;
}

const GUTTER = 52;
/** A plot below this width (pixels) is a phone's. */
const NARROW = 520;
const LINEAR: StepAxis = { toPosition: (step) => step, toStep: (position) => position };

const heights = (width: number): { loss: number; accuracy: number } =>
  width < NARROW ? { loss: 250, accuracy: 96 } : { loss: 338, accuracy: 112 };

/**
 * Losses on log axes with the accuracies beneath, over one step axis. The canvas is this file's; every decision
 * about ranges and ticks is made by pure functions elsewhere.
 */
export const createLossPlot = (
  container: HTMLElement,
  palette: Palette,
  onPoint: (index: number | null) => void,
): LossPlot => {
  let data: LossPlotData = {
    series: { step: [], trainLoss: [], testLoss: [], trainAccuracy: [], testAccuracy: [] },
    totalSteps: null,
    hasEnded: false,
    linearSteps: false,
    marks: [],
  };
  let axis: StepAxis = logStepAxis(1);
  let threshold = 1;
  let end = 100;
  let lossRange: [number, number] = [0.1, 10];

  const stepTicks = (u: uPlot): number[] =>
    (data.linearSteps ? linearStepTicks(end, u.width < NARROW ? 4 : 7) : logStepTicks(threshold, end)).map(
      ({ value }) => value,
    );
  const drawEnds = (u: uPlot, train: Column, test: Column): void => {
    drawEnd(u, data.series.step, train, palette.train);
    drawEnd(u, data.series.step, test, palette.test);
  };
  const overLosses = (u: uPlot): void => {
    drawMarks(u, data.marks, palette, true);
    drawNames(u, data.series, axis, palette);
    drawEnds(u, data.series.trainLoss, data.series.testLoss);
  };
  const overAccuracies = (u: uPlot): void => {
    drawMarks(u, data.marks, palette, false);
    drawEnds(u, data.series.trainAccuracy, data.series.testAccuracy);
  };

  const xScale: uPlot.Scale = {
    time: false,
    distr: 100,
    fwd: (step) => axis.toPosition(step),
    bwd: (position) => axis.toStep(position),
    range: () => [0, end],
  };
  const line = (stroke: string): uPlot.Series => ({
    stroke,
    width: 2,
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
  const common = { legend: { show: false }, cursor, padding: [4, 14, 0, 0] as uPlot.Padding };
  const reportPoint = (u: uPlot): void => onPoint(u.cursor.idx ?? null);

  const createPlots = (width: number): [uPlot, uPlot] => {
    const { loss, accuracy } = heights(width);
    const lossOptions: uPlot.Options = {
      ...common,
      width,
      height: loss,
      scales: { x: xScale, y: { distr: 3, range: () => lossRange } },
      axes: [
        {
          size: 28,
          gap: 6,
          font: PLOT_FONT,
          stroke: palette.muted,
          grid: { show: false },
          ticks: { stroke: palette.line, size: 5, width: 1 },
          splits: stepTicks,
          filter: (_, values) => values,
          values: (_, values) => values.map((value) => formatCount(value)),
        },
        yAxis(
          () => decadeTicks(...lossRange).map(({ value }) => value),
          (value) => decadeTicks(value, value)[0]?.label ?? '',
        ),
      ],
      series: [{}, line(palette.train), line(palette.test)],
      hooks: { draw: [overLosses], setCursor: [reportPoint] },
    };
    const accuracyOptions: uPlot.Options = {
      ...common,
      width,
      height: accuracy,
      scales: { x: xScale, y: { range: () => [-0.04, 1.08] } },
      axes: [
        { show: false },
        yAxis(
          () => [0, 0.5, 1],
          (value) => `${100 * value} %`,
        ),
      ],
      series: [{}, line(palette.train), line(palette.test)],
      hooks: { draw: [overAccuracies] },
    };
    return [
      new uPlot(lossOptions, [[], [], []], container),
      new uPlot(accuracyOptions, [[], [], []], container),
    ];
  };

  const [lossPlot, accuracyPlot] = createPlots(Math.max(container.clientWidth, 240));

  const show = (): void => {
    const { series } = data;
    const positive = (column: Column): (number | null)[] =>
      column.map((value) => (value !== null && value > 0 ? value : null));
    const steps = [...series.step];
    lossPlot.setData([steps, positive(series.trainLoss), positive(series.testLoss)]);
    accuracyPlot.setData([steps, [...series.trainAccuracy], [...series.testAccuracy]]);
  };

  return {
    draw: (next) => {
      data = next;
      const { step, trainLoss, testLoss } = next.series;
      threshold = step.find((value) => value > 0) ?? 1;
      axis = next.linearSteps ? LINEAR : logStepAxis(threshold);
      end = stepAxisEnd(step[step.length - 1] ?? 0, next.totalSteps, next.hasEnded);
      lossRange = lossAxisRange(positiveExtent([trainLoss, testLoss]));
      show();
    },
    resize: (width) => {
      const { loss, accuracy } = heights(width);
      lossPlot.setSize({ width, height: loss });
      accuracyPlot.setSize({ width, height: accuracy });
    },
    point: (index) => {
      const step = index === null ? undefined : data.series.step[index];
      const left = step === undefined ? -10 : lossPlot.valToPos(step, 'x');
      lossPlot.setCursor({ left, top: step === undefined ? -10 : 20 });
      accuracyPlot.setCursor({ left, top: step === undefined ? -10 : 20 });
    },
    destroy: () => {
      lossPlot.destroy();
      accuracyPlot.destroy();
    },
  };
};
