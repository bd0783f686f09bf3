import type { Palette } from './palette.js';
import { frequencyColor } from './palette.js';
import { element } from './svg.js';

/** What distinguishes a series from the others: its hue, the form of its marks, and its dashes. */
export interface SeriesLook {
  readonly color: string;
  readonly form: number;
  readonly dash: string | undefined;
}

const DASHES = [undefined, '7 3', '2 3', '9 3 2 3'];

/** The look of the `index`-th of `count` series; a single one has the hue of test data. */
export const lookOf = (palette: Palette, index: number, count: number): SeriesLook => ({
  color: count === 1 ? palette.test : frequencyColor(palette, index),
  form: index,
  dash: DASHES[index % DASHES.length],
});

const polygon = (x: number, y: number, radius: number, corners: number, turn: number): string =>
  Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return `${(x + radius * Math.sin(angle)).toFixed(2)},${(y - radius * Math.cos(angle)).toFixed(2)}`;
  }).join(' ');

/** A run that reached the value: filled, in the form of its series. */
export const runMark = (x: number, y: number, { color, form }: SeriesLook): string => {
  const look = { fill: color, 'fill-opacity': 0.55, stroke: color, 'stroke-width': 1 };
  if (form % 4 === 0) return element('circle', { cx: x, cy: y, r: 3.4, ...look });
  const [corners, turn] = (
    [
      [4, Math.PI / 4],
      [3, Math.PI],
      [6, 0],
    ] as const
  )[(form % 4) - 1]!;
  return element('polygon', { points: polygon(x, y, 4.4, corners, turn), ...look });
};

/** A run that had not reached the value after its steps: an open triangle that points to where the value may lie. */
export const notReachedMark = (x: number, y: number, { color }: SeriesLook, paper: string): string =>
  element('polygon', { points: polygon(x, y, 5, 3, 0), fill: paper, stroke: color, 'stroke-width': 1.5 });

/** A run that diverged or failed. */
export const failedMark = (x: number, y: number, { color }: SeriesLook): string =>
  element('path', {
    d: `M${(x - 4).toFixed(2)} ${(y - 4).toFixed(2)}l8 8m0 -8l-8 8`,
    stroke: color,
    'stroke-width': 1.8,
    fill: 'none',
  });

/** A published value: an open diamond. */
export const publishedMark = (x: number, y: number, { ink, card }: Palette): string =>
  element('polygon', { points: polygon(x, y, 5, 4, 0), fill: card, stroke: ink, 'stroke-width': 1.3 });

/** The median at one x: a short bar. */
export const medianBar = (x: number, y: number, { color }: SeriesLook): string =>
  element('path', {
    d: `M${(x - 7).toFixed(2)} ${y.toFixed(2)}h14`,
    stroke: color,
    'stroke-width': 1.8,
    fill: 'none',
  });
