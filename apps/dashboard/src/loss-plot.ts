import type { Palette, StepAxis } from '@grokscope/figures';
import { decadeTicks, formatCount, logStepAxis, logStepTicks } from '@grokscope/figures';
import uPlot from 'uplot';
import { labelIndex, lossAxisRange, positiveExtent, stepAxisEnd } from './plot-range.js';
import type { Series } from './run-state.js';

/** A step worth a dotted line across the curves. */
export interface Mark {
  readonly step: number;
  readonly label: string;
}

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

type Column = readonly (number | null)[];

const FONT = '12px "Source Sans 3 Variable", system-ui, sans-serif';
const BOLD = '600 13px "Source Sans 3 Variable", system-ui, sans-serif';
const GUTTER = 52;
const LINEAR: StepAxis = { toPosition: (step) => step, toStep: (position) => position };

const heights = (width: number): { loss: number; accuracy: number } =>
  width < 520 ? { loss: 250, accuracy: 96 } : { loss: 338, accuracy: 112 };

/** Text at a place given in CSS pixels of the plotting area, kept inside it. */
const write = (u: uPlot, text: string, x: number, y: number, color: string, font: string): void => {
  const ratio = uPlot.pxRatio;
  u.ctx.save();
  u.ctx.font = font.replace(/(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
  u.ctx.fillStyle = color;
  u.ctx.textBaseline = 'alphabetic';
  const width = u.ctx.measureText(text).width;
  const left = u.bbox.left + x * ratio - width / 2;
  const inside = Math.max(u.bbox.left + 2, Math.min(left, u.bbox.left + u.bbox.width - width - 2));
  u.ctx.fillText(text, inside, u.bbox.top + y * ratio);
  u.ctx.restore();
};

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

  const stepTicks = (u: uPlot): { value: number; label: string }[] => {
    if (!data.linearSteps) return logStepTicks(threshold, end);
    const most = u.width < 520 ? 4 : 7;
    const rough = end / most;
    const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
    const every = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
    const count = Math.floor(end / every) + 1;
    return Array.from({ length: count }, (_, i) => ({ value: i * every, label: formatCount(i * every) }));
  };

  const drawMarks =
    (withLabels: boolean) =>
    (u: uPlot): void => {
      const ratio = uPlot.pxRatio;
      let lastRight = -Infinity;
      for (const { step, label } of data.marks) {
        const x = u.valToPos(step, 'x');
        u.ctx.save();
        u.ctx.strokeStyle = palette.muted;
        u.ctx.lineWidth = ratio;
        u.ctx.setLineDash([ratio, 3 * ratio]);
        u.ctx.beginPath();
        u.ctx.moveTo(u.bbox.left + x * ratio, u.bbox.top + (withLabels ? 18 * ratio : 0));
        u.ctx.lineTo(u.bbox.left + x * ratio, u.bbox.top + u.bbox.height);
        u.ctx.stroke();
        u.ctx.restore();
        if (withLabels && x > lastRight) {
          write(u, label, x, 12, palette.muted, FONT);
          lastRight = x + 70;
        }
      }
    };

  const drawNames = (u: uPlot): void => {
    const { step, trainLoss, testLoss } = data.series;
    const positions = step.map((value) => axis.toPosition(value));
    const at = labelIndex(trainLoss, testLoss, positions);
    const [train, test] = at === null ? [null, null] : [trainLoss[at], testLoss[at]];
    if (at === null || !train || !test) return;
    const x = u.valToPos(step[at] ?? 0, 'x');
    const testAbove = test >= train;
    write(u, 'test loss', x, u.valToPos(test, 'y') + (testAbove ? -9 : 20), palette.test, BOLD);
    write(u, 'train loss', x, u.valToPos(train, 'y') + (testAbove ? 20 : -9), palette.train, BOLD);
  };

  /** A dot where each curve is now. */
  const drawEnds =
    (columns: () => readonly [Column, Column]) =>
    (u: uPlot): void => {
      const { step } = data.series;
      const at = step.length - 1;
      const ratio = uPlot.pxRatio;
      columns().forEach((column, i) => {
        const value = column[at];
        if (at < 0 || value === null || value === undefined) return;
        const y = u.valToPos(value, 'y');
        if (!Number.isFinite(y)) return;
        u.ctx.save();
        u.ctx.fillStyle = i === 0 ? palette.train : palette.test;
        u.ctx.beginPath();
        u.ctx.arc(
          u.bbox.left + u.valToPos(step[at] ?? 0, 'x') * ratio,
          u.bbox.top + y * ratio,
          3.5 * ratio,
          0,
          2 * Math.PI,
        );
        u.ctx.fill();
        u.ctx.restore();
      });
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
    font: FONT,
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
          font: FONT,
          stroke: palette.muted,
          grid: { show: false },
          ticks: { stroke: palette.line, size: 5, width: 1 },
          splits: (u) => stepTicks(u).map(({ value }) => value),
          filter: (_, values) => values,
          values: (_, values) => values.map((value) => formatCount(value)),
        },
        yAxis(
          () => decadeTicks(...lossRange).map(({ value }) => value),
          (value) => decadeTicks(value, value)[0]?.label ?? '',
        ),
      ],
      series: [{}, line(palette.train), line(palette.test)],
      hooks: {
        draw: [drawMarks(true), drawNames, drawEnds(() => [data.series.trainLoss, data.series.testLoss])],
        setCursor: [reportPoint],
      },
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
      hooks: {
        draw: [drawMarks(false), drawEnds(() => [data.series.trainAccuracy, data.series.testAccuracy])],
      },
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
