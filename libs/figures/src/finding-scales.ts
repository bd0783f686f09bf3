import type { Tick } from './axes.js';
import type { FigureX, FindingFigureData } from './finding-data.js';
import { formatCount, formatNumber, superscript } from './format.js';

/** The position of a value between the ends of an axis: 0 at its start, 1 at its end. */
export interface FigureScale<T> {
  readonly at: (value: T) => number;
  readonly ticks: readonly (Tick | { readonly value: T; readonly label: string })[];
}

/** Space left beyond the outermost x, as a share of the axis. */
const MARGIN = 0.05;

/** The x axis over every x of a figure. Ticks are at the values themselves. */
export const xScaleOf = (data: FindingFigureData): FigureScale<FigureX> => {
  const found = new Set(
    data.panels.flatMap(({ series, published }) => [
      ...series.flatMap(({ points }) => points.map(({ x }) => x)),
      ...published.flatMap(({ points }) => points.map(([x]) => x)),
    ]),
  );
  const xs = [...found].sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  const numbers = xs.filter((x) => typeof x === 'number');
  const isEven =
    data.xScale === 'even' || numbers.length < xs.length || (data.xScale === 'log' && !(numbers[0]! > 0));
  const place = (x: FigureX): number =>
    isEven ? xs.indexOf(x) : data.xScale === 'log' ? Math.log10(x as number) : (x as number);
  const label = (x: FigureX): string => (typeof x === 'number' ? shortNumber(x) : x);
  return { at: between(xs.map(place), place), ticks: xs.map((value) => ({ value, label: label(value) })) };
};

const between = <T>(places: readonly number[], place: (value: T) => number): ((value: T) => number) => {
  const low = Math.min(...places);
  const range = Math.max(...places) - low;
  return (value) => (range > 0 ? MARGIN + ((place(value) - low) / range) * (1 - 2 * MARGIN) : 0.5);
};

/** A number as written in a spec: `0.3`, `12,769`, `1e-8`. */
const shortNumber = (x: number): string => {
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return x < 0 ? `−${formatCount(-x)}` : formatCount(x);
  return String(x).replace('-', '−');
};

/** The y axis over the given values; a logarithmic one needs values above 0 and omits others. */
export const yScaleOf = (
  values: readonly number[],
  kind: FindingFigureData['yScale'],
): FigureScale<number> =>
  kind === 'log' ? logScale(values.filter((value) => value > TINY)) : linearScale(values);

/** Below this, powers of ten and their quotients are no longer usable numbers. */
const TINY = 1e-300;

const FACTORS = [1, 2, 5, 10];

const logScale = (values: readonly number[]): FigureScale<number> => {
  const low = floorTo(values.length === 0 ? 1 : Math.min(...values));
  const high = Math.max(ceilTo(values.length === 0 ? 10 : Math.max(...values)), low * 10 ** 0.5);
  const decades: number[] = [];
  const fine: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** e;
      if (value < low * 0.999 || value > high * 1.001) continue;
      fine.push(value);
      if (factor === 1) decades.push(value);
    }
  }
  const chosen = fine.length <= 9 ? fine : thinned(decades, 8);
  const span = Math.log10(high / low);
  return {
    // Values that a logarithmic axis cannot show are placed at its lower end.
    at: (value) => (value > low ? Math.log10(value / low) / span : 0),
    ticks: chosen.map((value) => ({ value, label: logLabel(value) })),
  };
};

const logLabel = (value: number): string => {
  if (value >= 1 && value < 1e6) return formatCount(value);
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const factor = Math.round(value / 10 ** exponent);
  return `${factor === 1 ? '' : `${factor} × `}10${superscript(exponent)}`;
};

const thinned = (values: readonly number[], most: number): number[] => {
  const every = Math.ceil(values.length / most);
  return values.filter((_, i) => i % every === 0);
};

/** The next 1, 2 or 5 times a power of ten that is not above `value`. */
const floorTo = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return power * FACTORS.findLast((factor) => factor * power <= value * (1 + 1e-9))!;
};

const ceilTo = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return power * FACTORS.find((factor) => factor * power >= value * (1 - 1e-9))!;
};

const linearScale = (values: readonly number[]): FigureScale<number> => {
  const low = Math.min(0, ...values);
  const top = Math.max(...values, low);
  const rough = (top - low > TINY ? top - low : 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = power * FACTORS.find((factor) => factor * power >= rough * (1 - 1e-9))!;
  const from = Math.floor(low / every + 1e-9);
  const to = Math.max(Math.ceil(top / every - 1e-9), from + 1);
  return {
    at: (value) => (value / every - from) / (to - from),
    ticks: Array.from({ length: to - from + 1 }, (_, i) => {
      const value = (from + i) * every;
      return { value, label: Number.isInteger(every) ? formatCount(value) : formatNumber(value) };
    }),
  };
};
