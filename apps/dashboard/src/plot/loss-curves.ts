/** The loss curves as data: the set of curves on one step axis. Pure. */
import type { Palette } from '@grokscope/figures';
import type { MeasureInfo, ScalarCurve } from '@grokscope/schema';
import { metricScalars } from '@grokscope/schema';
import type { History } from '../run/history.js';
import { drawnIn, measuredCurve } from './measure-curves.js';
import type { Column, Series } from './series.js';
import { indexAt } from './series.js';

/** The look and the name of a curve. */
export interface CurveStyle {
  readonly name: string;
  /** Its label on the plot. */
  readonly label: string;
  /** Its name in the line above the plot. */
  readonly readAs: string;
  readonly ink: 'train' | 'test' | 'ink' | 'muted';
  readonly dash: readonly number[];
  readonly width: number;
  /** The preferred position of its label along the width. */
  readonly nameAt: number;
}

export interface LossCurve extends CurveStyle {
  /** Ascending. */
  readonly steps: readonly number[];
  readonly values: Column;
}

/** The numbers of `metrics` events that are drawn, and their look. */
const METRICS = metricScalars.flatMap((scalar) =>
  'curve' in scalar ? [{ metric: scalar.name, style: styleOf(scalar.label, scalar.curve) }] : [],
);

function styleOf(label: string, curve: ScalarCurve): CurveStyle {
  return { ...curve, label, dash: [] };
}

const measureStyles = (measures: readonly MeasureInfo[]): CurveStyle[] =>
  drawnIn('loss', measures).map(
    ({ curve: { name, label, ink = 'muted', dash = [], width = 1.5, nameAt = 0.7 } }) => ({
      ...{ name, label, readAs: label, ink, dash, width, nameAt },
    }),
  );

/** Every curve the plot can have, in drawing order; those without a value stay empty. */
export const curveStyles = (measures: readonly MeasureInfo[]): readonly CurveStyle[] => [
  ...METRICS.map(({ style }) => style),
  ...measureStyles(measures),
];

/** Train and test loss, and those of these measures that are losses and were measured. */
export const lossCurves = (
  series: Series,
  history: History,
  withProgress: boolean,
  measures: readonly MeasureInfo[],
): LossCurve[] => {
  const curves: LossCurve[] = METRICS.map(({ metric, style }) => ({
    ...style,
    steps: series.step,
    values: series[metric],
  }));
  if (!withProgress) return curves;
  const styles = measureStyles(measures);
  drawnIn('loss', measures).forEach((drawn, i) => {
    const measured = measuredCurve(history, drawn);
    if (measured.steps.length > 0) curves.push({ ...styles[i]!, ...measured });
  });
  return curves;
};

/** Whether any of these measures is a loss that was measured, and so has a curve. */
export const hasProgressCurves = (history: History, measures: readonly MeasureInfo[]): boolean =>
  drawnIn('loss', measures).some((drawn) => measuredCurve(history, drawn, 'all').steps.length > 0);

/** All steps at which any of the curves was measured, ascending. */
export const unionOfSteps = (curves: readonly LossCurve[]): number[] =>
  [...new Set(curves.flatMap(({ steps }) => steps))].sort((a, b) => a - b);

type SteppedValues = Pick<LossCurve, 'steps' | 'values'>;

/** A curve's values at the steps of a union, null where it was not measured. */
export const valuesAt = ({ steps, values }: SteppedValues, union: readonly number[]): (number | null)[] => {
  const byStep = new Map(steps.map((step, i) => [step, values[i] ?? null]));
  return union.map((step) => byStep.get(step) ?? null);
};

/** The last value of a curve measured at or before a step, with the step it belongs to. */
export const lastBefore = (
  { steps, values }: SteppedValues,
  step: number,
): { readonly step: number; readonly value: number | null } | null => {
  const at = indexAt(steps, step);
  return at < 0 ? null : { step: steps[at] ?? 0, value: values[at] ?? null };
};

/** The colour of a curve: the losses in their own colours, explanatory curves in ink. */
export const colorOf = ({ ink }: Pick<CurveStyle, 'ink'>, palette: Palette): string => palette[ink];
