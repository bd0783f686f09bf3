/** What is drawn over the curves: names, marks, and a dot where each curve is now. Canvas only; no decisions on data. */
import type { Palette } from '@grokscope/figures';
import uPlot from 'uplot';
import { labelIndex } from './plot-range.js';
import type { Column, Series } from './run-state.js';

/** A step worth a dotted line across the curves. */
export interface Mark {
  readonly step: number;
  readonly label: string;
}

/** A mark where it stands on the axis. */
export interface PlacedMark {
  readonly position: number;
  readonly label: string;
}

export const PLOT_FONT = '12px "Source Sans 3 Variable", system-ui, sans-serif';
const BOLD = '600 13px "Source Sans 3 Variable", system-ui, sans-serif';
/** Half the width of a curve's name, in pixels. */
const NAME_REACH = 34;
/** Room for a mark's name, in pixels. */
const MARK_WIDTH = 70;

/** Text centred at a place given in CSS pixels of the plotting area, kept inside it, on a halo of the card's colour. */
const write = (
  u: uPlot,
  text: string,
  x: number,
  y: number,
  color: string,
  halo: string,
  font: string,
): void => {
  const ratio = uPlot.pxRatio;
  u.ctx.save();
  u.ctx.font = font.replace(/(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
  u.ctx.fillStyle = color;
  u.ctx.textAlign = 'center';
  u.ctx.textBaseline = 'alphabetic';
  const half = u.ctx.measureText(text).width / 2 + 2;
  const right = u.bbox.left + u.bbox.width - half;
  const left = Math.max(u.bbox.left + half, Math.min(u.bbox.left + x * ratio, right));
  u.ctx.strokeStyle = halo;
  u.ctx.lineWidth = 4 * ratio;
  u.ctx.lineJoin = 'round';
  u.ctx.strokeText(text, left, u.bbox.top + y * ratio);
  u.ctx.fillText(text, left, u.bbox.top + y * ratio);
  u.ctx.restore();
};

/** Dotted lines at the marks; with their names above the plot where there is room. */
export const drawMarks = (
  u: uPlot,
  marks: readonly PlacedMark[],
  palette: Palette,
  withNames: boolean,
): void => {
  const ratio = uPlot.pxRatio;
  let lastRight = -Infinity;
  for (const { position, label } of marks) {
    const x = u.valToPos(position, 'x');
    u.ctx.save();
    u.ctx.strokeStyle = palette.muted;
    u.ctx.lineWidth = ratio;
    u.ctx.setLineDash([ratio, 3 * ratio]);
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left + x * ratio, u.bbox.top);
    u.ctx.lineTo(u.bbox.left + x * ratio, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
    u.ctx.restore();
    if (withNames && x > lastRight) {
      write(u, label, x, -7, palette.muted, palette.card, PLOT_FONT);
      lastRight = x + MARK_WIDTH;
    }
  }
};

/** The highest (or lowest) pixel of a curve within a name's width of x, so that the name clears it. */
const clearOf = (
  u: uPlot,
  positions: readonly number[],
  column: Column,
  x: number,
  above: boolean,
): number => {
  const reach = positions.flatMap((position, i) => {
    const value = column[i];
    if (!value || Math.abs(u.valToPos(position, 'x') - x) > NAME_REACH) return [];
    return [u.valToPos(value, 'y')];
  });
  return above ? Math.min(...reach) - 9 : Math.max(...reach) + 19;
};

/** The two losses' names, on the outer sides of the curves where these lie furthest apart. */
export const drawNames = (
  u: uPlot,
  positions: readonly number[],
  { trainLoss, testLoss }: Series,
  palette: Palette,
): void => {
  const at = labelIndex(trainLoss, testLoss, positions);
  if (at === null) return;
  const x = u.valToPos(positions[at] ?? 0, 'x');
  const testAbove = (testLoss[at] ?? 0) >= (trainLoss[at] ?? 0);
  write(u, 'test loss', x, clearOf(u, positions, testLoss, x, testAbove), palette.test, palette.card, BOLD);
  write(
    u,
    'train loss',
    x,
    clearOf(u, positions, trainLoss, x, !testAbove),
    palette.train,
    palette.card,
    BOLD,
  );
};

/** A dot where a curve is now. */
export const drawEnd = (u: uPlot, positions: readonly number[], column: Column, color: string): void => {
  const at = positions.length - 1;
  const value = column[at];
  if (at < 0 || value === null || value === undefined) return;
  const y = u.valToPos(value, 'y');
  if (!Number.isFinite(y)) return;
  const ratio = uPlot.pxRatio;
  u.ctx.save();
  u.ctx.fillStyle = color;
  u.ctx.beginPath();
  u.ctx.arc(
    u.bbox.left + u.valToPos(positions[at] ?? 0, 'x') * ratio,
    u.bbox.top + y * ratio,
    3.5 * ratio,
    0,
    2 * Math.PI,
  );
  u.ctx.fill();
  u.ctx.restore();
};
