/**
 * Everything drawn under and over the curves: phases, marks, names, and a dot at the current end of each curve. Canvas
 * only.
 */
import type { Palette, PixelCurve } from '@grokscope/figures';
import { placeNames } from '@grokscope/figures';
import uPlot from 'uplot';
import type { LossCurve } from './loss-curves.js';
import { colorOf } from './loss-curves.js';
import type { PhaseSpan } from './phase-spans.js';
import type { Column } from './series.js';

/** A step marked by a line across the curves; `shown`: the one the page shows. */
export interface Mark {
  readonly step: number;
  readonly label: string;
  readonly isShown?: boolean;
}

/** A mark with its position on the axis. */
export interface PlacedMark extends Omit<Mark, 'step'> {
  readonly position: number;
}

/** A phase with its position on the axis. */
export interface PlacedSpan extends Pick<PhaseSpan, 'tint' | 'labels'> {
  readonly from: number;
  readonly to: number;
}

export const PLOT_FONT = '12px "Source Sans 3 Variable", system-ui, sans-serif';
const BOLD = '600 13px "Source Sans 3 Variable", system-ui, sans-serif';

const scaled = (font: string): string =>
  font.replace(/(\d+)px/, (_, size: string) => `${Number(size) * uPlot.pxRatio}px`);

const measure = (u: uPlot, text: string, font: string): number => {
  u.ctx.save();
  u.ctx.font = scaled(font);
  const { width } = u.ctx.measureText(text);
  u.ctx.restore();
  return width / uPlot.pxRatio;
};

/**
 * Text centred at a position given in CSS pixels of the plotting area, kept inside it, on a halo of the card's colour.
 */
const write = (
  u: uPlot,
  text: string,
  x: number,
  y: number,
  color: string,
  halo: string | null,
  font: string,
): void => {
  const ratio = uPlot.pxRatio;
  u.ctx.save();
  u.ctx.font = scaled(font);
  u.ctx.fillStyle = color;
  u.ctx.textAlign = 'center';
  u.ctx.textBaseline = 'alphabetic';
  const half = u.ctx.measureText(text).width / 2 + 2;
  const right = u.bbox.left + u.bbox.width - half;
  const left = Math.max(u.bbox.left + half, Math.min(u.bbox.left + x * ratio, right));
  if (halo !== null) {
    u.ctx.strokeStyle = halo;
    u.ctx.lineWidth = 4 * ratio;
    u.ctx.lineJoin = 'round';
    u.ctx.strokeText(text, left, u.bbox.top + y * ratio);
  }
  u.ctx.fillText(text, left, u.bbox.top + y * ratio);
  u.ctx.restore();
};

/** The phases as faint tints below everything else. */
export const drawPhases = (u: uPlot, spans: readonly PlacedSpan[], palette: Palette): void => {
  const ratio = uPlot.pxRatio;
  u.ctx.save();
  for (const { from, to, tint } of spans) {
    const [left, right] = [u.valToPos(from, 'x') * ratio, u.valToPos(to, 'x') * ratio];
    u.ctx.fillStyle = palette.phases[tint] ?? palette.paper;
    u.ctx.fillRect(u.bbox.left + left, u.bbox.top, right - left, u.bbox.height);
  }
  u.ctx.restore();
};

/** The phases' names above their tints: in full if they fit, otherwise short, otherwise not at all. */
export const drawPhaseNames = (u: uPlot, spans: readonly PlacedSpan[], palette: Palette): void => {
  for (const { from, to, labels } of spans) {
    const [left, right] = [u.valToPos(from, 'x'), u.valToPos(to, 'x')];
    const label = labels.find((text) => measure(u, text, PLOT_FONT) + 6 <= right - left);
    if (label !== undefined) write(u, label, (left + right) / 2, -7, palette.muted, null, PLOT_FONT);
  }
};

/** Lines at the marks, dotted, the shown one solid; with their names above the plot if there is space. */
export const drawMarks = (
  u: uPlot,
  marks: readonly PlacedMark[],
  palette: Palette,
  withNames: boolean,
): void => {
  const ratio = uPlot.pxRatio;
  let lastRight = -Infinity;
  for (const { position, label, isShown } of marks) {
    const x = u.valToPos(position, 'x');
    u.ctx.save();
    u.ctx.strokeStyle = isShown === true ? palette.ink : palette.muted;
    u.ctx.lineWidth = ratio;
    u.ctx.setLineDash(isShown === true ? [] : [ratio, 3 * ratio]);
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left + x * ratio, u.bbox.top);
    u.ctx.lineTo(u.bbox.left + x * ratio, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
    u.ctx.restore();
    const half = measure(u, label, PLOT_FONT) / 2;
    if (withNames && label !== '' && x - half > lastRight) {
      write(u, label, x, -7, palette.muted, palette.card, PLOT_FONT);
      lastRight = x + half + 8;
    }
  }
};

const pixelsOf = (
  u: uPlot,
  curve: LossCurve,
  toPosition: (step: number) => number,
  nameWidth: number,
): PixelCurve => {
  const x: number[] = [];
  const y: number[] = [];
  curve.steps.forEach((step, i) => {
    const value = curve.values[i];
    if (!value || !(value > 0)) return;
    x.push(u.valToPos(toPosition(step), 'x'));
    y.push(u.valToPos(value, 'y'));
  });
  return { x, y, nameWidth };
};

/** The curves' names, each at its own line and clear of the others. */
export const drawNames = (
  u: uPlot,
  curves: readonly LossCurve[],
  toPosition: (step: number) => number,
  palette: Palette,
): void => {
  const ratio = uPlot.pxRatio;
  const pixels = curves.map((curve) => pixelsOf(u, curve, toPosition, measure(u, curve.label, BOLD) + 4));
  const preferred = curves.map(({ nameAt }) => nameAt);
  const places = placeNames(pixels, u.bbox.width / ratio, u.bbox.height / ratio, preferred);
  curves.forEach((curve, i) => {
    const place = places[i];
    if (place) write(u, curve.label, place.x, place.y, colorOf(curve, palette), palette.card, BOLD);
  });
};

/** A dot at the current end of a curve. */
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
