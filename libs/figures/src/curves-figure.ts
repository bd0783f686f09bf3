import { linearStepTicks } from './axes.js';
import { lookOf } from './finding-marks.js';
import { yScaleOf } from './finding-scales.js';
import type { Palette } from './palette.js';
import { lightPalette } from './palette.js';
import { element, escapeXml, polyline, svgText, textWidth } from './svg.js';

/** Curves over the steps of a run. */
export interface CurvesFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** With its unit. */
  readonly yTitle: string;
  readonly yScale: 'linear' | 'log';
  readonly curves: readonly {
    readonly label: string;
    /** (step, value) in ascending steps; a null breaks the curve. */
    readonly points: readonly (readonly [number, number | null])[];
  }[];
}

const FONT = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif';
const PLOT = { left: 78, top: 72, width: 560, height: 300 };
const WIDTH = PLOT.left + PLOT.width + 24;
const KEY = 30;
const LINE_HEIGHT = 20;

/** Curves by step as an SVG document, named in a legend below. Light, for a page or for print; all text is text. */
export const curvesFigure = (data: CurvesFigureData, palette: Palette = lightPalette): string => {
  const { left, top, width, height } = PLOT;
  const values = data.curves.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const last = Math.max(1, ...data.curves.flatMap(({ points }) => points.map(([step]) => step)));
  const y = yScaleOf(values, data.yScale);
  const at = (step: number, value: number): readonly [number, number] => [
    left + (step / last) * width,
    top + (1 - y.at(value)) * height,
  ];
  const muted = { 'font-size': 11, fill: palette.muted };
  const rows = y.ticks.flatMap(({ value, label }) => {
    const [, v] = at(0, value);
    return [
      element('path', { d: `M${left} ${v.toFixed(2)}h${width}`, stroke: palette.line, fill: 'none' }),
      svgText(left - 7, v + 4, label, { ...muted, 'text-anchor': 'end' }),
    ];
  });
  const steps = linearStepTicks(last, 7).map(({ value, label }) =>
    svgText(at(value, 1)[0], top + height + 17, label, { ...muted, 'text-anchor': 'middle' }),
  );
  const drawn = data.curves.map(({ points }, i) => {
    const { color, dash } = lookOf(palette, i, data.curves.length);
    const line = points.map(([step, value]) => (value === null ? null : at(step, value)));
    return polyline(line, { stroke: color, 'stroke-width': 1.8, 'stroke-dasharray': dash });
  });
  const legend = legendOf(data, palette, top + height + 64);
  const total = legend.bottom + 14;
  const title = { 'font-size': 12, fill: palette.ink, 'text-anchor': 'middle' };
  const content = [
    element('title', {}, escapeXml(`${data.title}: ${data.yTitle} by step`)),
    element('rect', { width: WIDTH, height: total, fill: palette.card }),
    svgText(24, 28, data.title, { 'font-size': 16, 'font-weight': 600, fill: palette.ink }),
    svgText(24, 47, data.subtitle, { 'font-size': 12, fill: palette.muted }),
    ...rows,
    ...steps,
    element('path', { d: `M${left} ${top}v${height}h${width}`, stroke: palette.muted, fill: 'none' }),
    ...drawn,
    svgText(left + width / 2, top + height + 38, 'step', title),
    svgText(18, top + height / 2, data.yTitle, { ...title, transform: `rotate(-90 18 ${top + height / 2})` }),
    legend.svg,
  ];
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${total}`,
    width: WIDTH,
    height: total,
  };
  return `${element('svg', { ...frame, role: 'img', 'font-family': FONT }, `\n${content.join('\n')}\n`)}\n`;
};

/** The mark and the label of every curve, in rows. */
const legendOf = (
  { curves }: CurvesFigureData,
  palette: Palette,
  top: number,
): { readonly svg: string; readonly bottom: number } => {
  let x = 24;
  let y = top;
  const parts = curves.flatMap(({ label }, i) => {
    const room = KEY + 6 + textWidth(label, 12);
    if (x > 24 && x + room > WIDTH - 24) {
      x = 24;
      y += LINE_HEIGHT;
    }
    const { color, dash } = lookOf(palette, i, curves.length);
    const key = polyline(
      [
        [x, y - 4],
        [x + KEY, y - 4],
      ],
      { stroke: color, 'stroke-width': 1.8, 'stroke-dasharray': dash },
    );
    const text = svgText(x + KEY + 6, y, label, { 'font-size': 12, fill: palette.ink });
    x += room + 22;
    return [key, text];
  });
  return { svg: parts.join('\n'), bottom: y };
};
