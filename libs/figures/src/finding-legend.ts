import type { FindingFigureData } from './finding-data.js';
import type { SeriesLook } from './finding-marks.js';
import { failedMark, lookOf, notReachedMark, publishedMark, runMark } from './finding-marks.js';
import type { Palette } from './palette.js';
import { polyline, svgText, textWidth, wrapText } from './svg.js';

const FONT_SIZE = 12;
const LINE_HEIGHT = 19;
const KEY_WIDTH = 34;
const GAP = 22;

interface Entry {
  readonly label: string;
  /** The key, centred at (x, y), `KEY_WIDTH` wide. */
  readonly key: (x: number, y: number) => string;
}

/** Explains every kind of mark that occurs in the figure. */
export const findingLegend = (
  data: FindingFigureData,
  palette: Palette,
  box: { readonly left: number; readonly top: number; readonly width: number },
): { readonly svg: string; readonly height: number } => {
  const parts: string[] = [];
  let x = box.left;
  let y = box.top;
  for (const { label, key } of entriesOf(data, palette)) {
    const width = KEY_WIDTH + 6 + textWidth(label, FONT_SIZE);
    if (x > box.left && x + width > box.left + box.width) {
      x = box.left;
      y += LINE_HEIGHT;
    }
    parts.push(key(x + KEY_WIDTH / 2, y - 4));
    wrapText(label, box.width - KEY_WIDTH - 6, FONT_SIZE).forEach((line, i) => {
      if (i > 0) y += LINE_HEIGHT - 3;
      parts.push(svgText(x + KEY_WIDTH + 6, y, line, { 'font-size': FONT_SIZE, fill: palette.ink }));
    });
    x += width + GAP;
  }
  return { svg: parts.join('\n'), height: y - box.top + LINE_HEIGHT };
};

const entriesOf = (data: FindingFigureData, palette: Palette): Entry[] => {
  const labels = seriesLabels(data);
  const has = (kind: string): boolean =>
    data.panels.some(({ series }) =>
      series.some(({ points }) => points.some((point) => point.kind === kind)),
    );
  const line = (x: number, y: number, look: SeriesLook): string =>
    polyline(
      [
        [x - 16, y],
        [x + 16, y],
      ],
      { stroke: look.color, 'stroke-width': 1.8, 'stroke-dasharray': look.dash },
    );
  const plain: SeriesLook =
    labels.length === 1 ? lookOf(palette, 0, 1) : { color: palette.ink, form: 0, dash: undefined };
  const entries: Entry[] = labels.map((label, i) => {
    const look = lookOf(palette, i, labels.length);
    const said = label === '' ? 'a run, and the median' : label;
    return { label: said, key: (x, y) => line(x, y, look) + runMark(x, y, look) };
  });
  if (has('notReached')) {
    const key: Entry['key'] = (x, y) => notReachedMark(x, y, plain, palette.card);
    entries.push({ label: 'not reached: placed at the last step of its run', key });
  }
  if (has('failed')) entries.push({ label: 'diverged or failed', key: (x, y) => failedMark(x, y, plain) });
  for (const source of new Set(data.panels.flatMap(({ published }) => published.map((one) => one.source)))) {
    entries.push({
      label: `published: ${source}`,
      key: (x, y) =>
        publishedLine(
          [
            [x - 16, y],
            [x + 16, y],
          ],
          palette,
        ) + publishedMark(x, y, palette),
    });
  }
  return entries;
};

/** The line through published values. */
export const publishedLine = (points: readonly (readonly [number, number])[], palette: Palette): string =>
  polyline(points, { stroke: palette.ink, 'stroke-width': 1.2, 'stroke-dasharray': '4 3' });

/** Every series of a figure by its label, in order of appearance; a series has one look in all panels. */
export const seriesLabels = ({ panels }: FindingFigureData): string[] => [
  ...new Set(panels.flatMap(({ series }) => series.map(({ label }) => label))),
];
