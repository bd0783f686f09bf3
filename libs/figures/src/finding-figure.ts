import { graphemes, printable, shortened } from '@grokscope/base';
import type { FigurePanel, FigureX, FindingFigureData } from './finding-data.js';
import { findingLegend, publishedLine, seriesLabels } from './finding-legend.js';
import { failedMark, lookOf, medianBar, notReachedMark, publishedMark, runMark } from './finding-marks.js';
import { placeMarks } from './finding-places.js';
import type { FigureScale } from './finding-scales.js';
import { xScaleOf, yScaleOf } from './finding-scales.js';
import type { Palette } from './palette.js';
import { lightPalette } from './palette.js';
import type { Box } from './bars.js';
import { element, escapeXml, polyline, svgText, textWidth } from './svg.js';

const FONT = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif';
const PLOT = { width: 330, height: 270 };
const LEFT = 78;
const RIGHT = 18;
const TOP = 84;
const BOTTOM = 52;
const TITLE_ROOM = 26;
const PER_ROW = 2;
/** The distance between series at one x, so that none hides another. */
const DODGE = 5;
/** Half a mark stays free at the edge of its space. */
const EDGE = 5;
/** Further away, a mark would seem to belong to another position of the axis. */
const SIDEWAYS = 36;

/**
 * The figure of a finding as an SVG document: a plot for each panel, a point for each run, a line through the medians,
 * published values beside them. Light, for a page or for print; all text is text.
 */
export const findingFigure = (data: FindingFigureData, palette: Palette = lightPalette): string => {
  const columns = Math.max(1, Math.min(data.panels.length, PER_ROW));
  const rows = Math.max(1, Math.ceil(data.panels.length / PER_ROW));
  const plotWidth = columns === 1 ? PLOT.width * 1.6 : PLOT.width;
  const width = columns * (LEFT + plotWidth + RIGHT);
  const rowHeight = TITLE_ROOM + PLOT.height + BOTTOM;
  const x = xScaleOf(data);
  const y = yScaleOf(data.panels.flatMap(valuesOf), data.yScale);
  const plots = data.panels.map((panel, i) => {
    const left = (i % PER_ROW) * (LEFT + plotWidth + RIGHT) + LEFT;
    const top = TOP - TITLE_ROOM + Math.floor(i / PER_ROW) * rowHeight + TITLE_ROOM;
    return plot(panel, data, { x, y }, { left, top, width: plotWidth, height: PLOT.height }, palette);
  });
  const legendTop = TOP - TITLE_ROOM + rows * rowHeight + 22;
  const legend = findingLegend(data, palette, { left: 24, top: legendTop, width: width - 48 });
  const height = legendTop + legend.height + 4;
  const content = [
    element('title', {}, escapeXml(`${data.title}: ${data.yTitle} against ${data.xTitle}`)),
    element('rect', { width, height, fill: palette.card }),
    svgText(24, 28, data.title, { 'font-size': 16, 'font-weight': 600, fill: palette.ink }),
    svgText(24, 47, data.subtitle, { 'font-size': 12, fill: palette.muted }),
    ...plots,
    legend.svg,
  ];
  const frame = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height };
  return `${element('svg', { ...frame, role: 'img', 'font-family': FONT }, `\n${content.join('\n')}\n`)}\n`;
};

/** Every value that the y axis must hold. */
const valuesOf = ({ series, published }: FigurePanel): number[] => [
  ...series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? [])),
  ...published.flatMap(({ points }) => points.map(([, y]) => y)),
];

interface Scales {
  readonly x: FigureScale<FigureX>;
  readonly y: FigureScale<number>;
}

const plot = (
  panel: FigurePanel,
  data: FindingFigureData,
  { x, y }: Scales,
  box: Box,
  palette: Palette,
): string => {
  const { left, top, width, height } = box;
  const px = (value: FigureX): number => left + x.at(value) * width;
  // A mark without a value of its own is placed at the upper edge.
  const py = (value: number | null): number => top + (value === null ? 0 : (1 - y.at(value)) * height);
  const labels = seriesLabels(data);
  const published = panel.published.map(({ points }) => {
    const places = points.map(([at, value]) => [px(at), py(value)] as const).sort((a, b) => a[0] - b[0]);
    return publishedLine(places, palette) + places.map(([u, v]) => publishedMark(u, v, palette)).join('');
  });
  const shiftOf = (label: string): number => (labels.indexOf(label) - (labels.length - 1) / 2) * DODGE;
  const runs = panel.series.flatMap(({ label, points }) => points.map((point) => ({ label, point })));
  const sideways = roomBeside(x, box);
  const { xs, crowds } = placeMarks(
    runs.map(({ label, point }) => ({
      x: px(point.x) + shiftOf(label),
      y: py(point.y),
      ...sideways(px(point.x)),
    })),
  );
  const marks = runs.map(({ label, point }, i) => {
    const look = lookOf(palette, labels.indexOf(label), labels.length);
    const at = [xs[i]!, py(point.y)] as const;
    if (point.kind === 'reached') return runMark(...at, look);
    return point.kind === 'failed' ? failedMark(...at, look) : notReachedMark(...at, look, palette.card);
  });
  const counts = crowds.map(({ x: at, y: above, count }) =>
    svgText(at, above - 9, `${count} runs`, {
      'font-size': 10,
      'text-anchor': 'middle',
      fill: palette.muted,
    }),
  );
  const medians = panel.series.map(({ label, spread }) => {
    const look = lookOf(palette, labels.indexOf(label), labels.length);
    const line = spread.map(({ x: at, median }) =>
      median === null ? null : ([px(at) + shiftOf(label), py(median)] as const),
    );
    const drawn = { stroke: look.color, 'stroke-width': 1.8, 'stroke-dasharray': look.dash };
    // A median between two that were never reached has no line to make it visible.
    const bars = line.map((at) => (at === null ? '' : medianBar(...at, look)));
    // Between names no line is drawn, since nothing lies between them.
    const through = spread.every(({ x: at }) => typeof at === 'number') ? polyline(line, drawn) : '';
    return { through, bars: bars.join('') };
  });
  const isEmpty = panel.series.every(({ points }) => points.length === 0);
  const note = { 'text-anchor': 'middle', 'font-size': 12, fill: palette.muted };
  return [
    svgText(left, top - 10, panel.title, { 'font-size': 13, 'font-weight': 600, fill: palette.ink }),
    axes(data, { x, y }, box, palette),
    ...published,
    ...medians.map(({ through }) => through),
    ...marks,
    ...medians.map(({ bars }) => bars),
    ...counts,
    isEmpty ? svgText(left + width / 2, top + height / 2, 'no run has ended', note) : '',
  ].join('\n');
};

/** How far marks at a position of the x axis may move: not to its neighbours nor out of the plot, and never far. */
const roomBeside = (
  { ticks, at }: FigureScale<FigureX>,
  { left, width }: Box,
): ((x: number) => { readonly left: number; readonly right: number }) => {
  const places = ticks.map(({ value }) => left + at(value as FigureX) * width);
  return (x) => {
    const before = Math.max(...places.filter((place) => place < x - 1e-6), left - (x - left));
    const after = Math.min(...places.filter((place) => place > x + 1e-6), 2 * (left + width) - x);
    const most = (room: number): number => Math.max(0, Math.min(room / 2 - EDGE, SIDEWAYS));
    return { left: x - most(x - before), right: x + most(after - x) };
  };
};

/** A name cut to at most this many pixels. */
const cut = (name: string, room: number): string => {
  const shown = printable(name);
  let most = graphemes(shown).length;
  while (most > 1 && textWidth(shortened(shown, most), 11) > room) most -= 1;
  return shortened(shown, most);
};

const axes = (data: FindingFigureData, { x, y }: Scales, box: Box, palette: Palette): string => {
  const { left, top, width, height } = box;
  const bottom = top + height;
  const small = { 'font-size': 11, fill: palette.muted };
  const parts: string[] = [];
  for (const tick of y.ticks) {
    const at = top + (1 - y.at(tick.value as number)) * height;
    parts.push(
      element('path', { d: `M${left} ${at.toFixed(2)}h${width}`, stroke: palette.line, fill: 'none' }),
    );
    parts.push(svgText(left - 7, at + 4, tick.label, { ...small, 'text-anchor': 'end' }));
  }
  let free = -Infinity;
  const places = x.ticks.map((tick) => x.at(tick.value) * width);
  // A number may be left out, since its neighbours imply it; a name is cut to the space available.
  const room = Math.min(...places.slice(1).map((place, i) => place - places[i]!), width / 2) - 6;
  for (const tick of x.ticks) {
    const at = left + x.at(tick.value) * width;
    parts.push(element('path', { d: `M${at.toFixed(2)} ${bottom}v4`, stroke: palette.muted, fill: 'none' }));
    const label = typeof tick.value === 'string' ? cut(tick.label, room) : tick.label;
    const half = textWidth(label, 11) / 2;
    if (at - half < free) continue;
    free = at + half + 6;
    parts.push(svgText(at, bottom + 17, label, { ...small, 'text-anchor': 'middle' }));
  }
  const title = { 'font-size': 12, fill: palette.ink, 'text-anchor': 'middle' };
  const turned = `rotate(-90 ${left - 60} ${top + height / 2})`;
  return [
    ...parts,
    element('path', { d: `M${left} ${top}v${height}h${width}`, stroke: palette.muted, fill: 'none' }),
    svgText(left + width / 2, bottom + 37, data.xTitle, title),
    svgText(left - 60, top + height / 2, data.yTitle, { ...title, transform: turned }),
  ].join('\n');
};
