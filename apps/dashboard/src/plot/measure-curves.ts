/** How measures are drawn, by their own descriptions. Pure. */
import { builtInMeasures } from '@grokscope/interpret';
import type { MeasureCurve, MeasureInfo, ProgressEvent, StartedEvent } from '@grokscope/schema';
import { knownMeasures, placeOf } from '@grokscope/schema';
import type { History } from '../run/history.js';
import type { Column } from './series.js';

/** A curve of a measure. */
export interface DrawnCurve {
  readonly measure: MeasureInfo;
  readonly curve: MeasureCurve;
  /** The way to its number in an event, where keys have dots; default: as `curve.of` says. */
  readonly keys?: readonly string[];
}

/** The measures of a run: the built-in ones, and those that it describes itself. */
export const measuresOf = (started: StartedEvent | null): readonly MeasureInfo[] =>
  started?.measures === undefined ? builtInMeasures : knownMeasures([started], builtInMeasures);

/** The curves that belong in a kind of plot, in the order of the measures. */
export const drawnIn = (
  panel: MeasureCurve['panel'],
  measures: readonly MeasureInfo[],
): readonly DrawnCurve[] =>
  measures.flatMap((measure) =>
    (measure.curves ?? []).filter((curve) => curve.panel === panel).map((curve) => ({ measure, curve })),
  );

/** The number of a curve in an event; null where it has none. */
const numberIn = (event: ProgressEvent, { measure, curve: { of }, keys }: DrawnCurve): number | null => {
  const path = `${placeOf(measure)}${of === undefined ? '' : `.${of}`}`;
  const value = at(event, keys ?? path.split('.'));
  return typeof value === 'number' ? value : null;
};

/** What stands in an event at the end of this way. */
const at = (event: ProgressEvent, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    event,
  );

/**
 * The steps at which a curve was measured, and its values. For measures that depend on key frequencies, a finished run
 * shows the values with the final keys; those with each step's own keys are another curve.
 *
 * @param which `all`: also the values measured with each step's own keys
 */
export const measuredCurve = (
  { progress }: History,
  drawn: DrawnCurve,
  which: 'last' | 'all' = 'last',
): { readonly steps: readonly number[]; readonly values: Column } => {
  const hasFinal =
    which === 'last' && drawn.measure.byKeys === true && progress.some(({ keys }) => keys === 'final');
  const measured = progress.flatMap((event) => {
    const value = hasFinal && event.keys !== 'final' ? null : numberIn(event, drawn);
    return value === null ? [] : [{ step: event.step, value }];
  });
  return { steps: measured.map(({ step }) => step), values: measured.map(({ value }) => value) };
};

/** A measure with a plot of its own, and its measured curves. */
export interface OwnPlot {
  readonly measure: MeasureInfo;
  readonly curves: readonly {
    readonly label: string;
    readonly points: readonly (readonly [number, number])[];
  }[];
}

/** Curves of one plot that are told apart. */
const MOST_CURVES = 8;

/** One curve for each key where `of` ends in `*`, the ones that end highest, in the order of their keys; else the curve itself. */
function curvesByKey({ progress }: History, drawn: DrawnCurve): readonly DrawnCurve[] {
  const { measure, curve } = drawn;
  if (curve.of?.split('.').at(-1) !== '*') return [drawn];
  const within = [placeOf(measure), ...curve.of.split('.').slice(0, -1)];
  const last = new Map<string, number>();
  for (const event of progress)
    for (const [key, value] of Object.entries(at(event, within) ?? {}))
      if (typeof value === 'number') last.set(key, value);
  const highest = [...last].sort(([, a], [, b]) => b - a).slice(0, MOST_CURVES);
  const shown = new Set(highest.map(([key]) => key));
  return [...last.keys()]
    .filter((key) => shown.has(key))
    .map((key) => ({ measure, curve: { ...curve, label: key }, keys: [...within, key] }));
}

/**
 * The plots of measures that are not losses, of those that were measured and that the run brings or names: what every run
 * has would be too much of a page.
 *
 * @param named what the run's spec names (`observe.measures`)
 */
export const ownPlots = (
  history: History,
  measures: readonly MeasureInfo[],
  named: readonly string[] = [],
): readonly OwnPlot[] =>
  measures.flatMap((measure) => {
    if (builtInMeasures.some((known) => known === measure) && !named.includes(measure.name)) return [];
    const all = drawnIn('own', [measure]).flatMap((drawn) => curvesByKey(history, drawn));
    const curves = all.flatMap((drawn) => {
      const { steps, values } = measuredCurve(history, drawn);
      const points = steps.map((step, i) => [step, values[i]!] as const);
      return points.length === 0 ? [] : [{ label: drawn.curve.label, points }];
    });
    return curves.length === 0 ? [] : [{ measure, curves }];
  });
