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

/** The number of a curve in an event; null if it has none. */
const numberIn = (event: ProgressEvent, { measure, curve: { of } }: DrawnCurve): number | null => {
  const path = `${placeOf(measure)}${of === undefined ? '' : `.${of}`}`;
  let value: unknown = event;
  for (const key of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return typeof value === 'number' ? value : null;
};

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

/** The plots of the measured measures that are not losses. */
export const ownPlots = (history: History, measures: readonly MeasureInfo[]): readonly OwnPlot[] =>
  measures.flatMap((measure) => {
    const curves = drawnIn('own', [measure]).flatMap((drawn) => {
      const { steps, values } = measuredCurve(history, drawn);
      const points = steps.map((step, i) => [step, values[i]!] as const);
      return points.length === 0 ? [] : [{ label: drawn.curve.label, points }];
    });
    return curves.length === 0 ? [] : [{ measure, curves }];
  });
