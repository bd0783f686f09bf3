/** The loss curves as data: which there are, on one step axis. Pure. */
import type { Palette } from '@grokscope/figures';
import type { ProgressEvent } from '@grokscope/schema';
import type { History } from './history.js';
import type { Column, Series } from './series.js';
import { indexAt } from './series.js';

export type CurveName = 'train' | 'test' | 'restricted' | 'excluded' | 'fit';

export interface LossCurve {
  readonly name: CurveName;
  /** As it is written on the plot. */
  readonly label: string;
  /** Ascending. */
  readonly steps: readonly number[];
  readonly values: Column;
}

/** Every curve the plot knows, in the order in which they are drawn; those without a value stay empty. */
export const CURVES: readonly CurveName[] = ['train', 'test', 'restricted', 'excluded', 'fit'];

const LABELS: Readonly<Record<CurveName, string>> = {
  train: 'train loss',
  test: 'test loss',
  restricted: 'restricted',
  excluded: 'excluded',
  fit: 'cosines alone',
};

const MEASURES: readonly (readonly [CurveName, (event: ProgressEvent) => number | null | undefined])[] = [
  ['restricted', (event) => event.restrictedLoss?.all],
  ['excluded', (event) => event.excludedLoss?.all],
  ['fit', (event) => event.logitFit?.loss],
];

/** Train and test loss, and of the progress measures those that were measured. */
export const lossCurves = (series: Series, { progress }: History, withProgress: boolean): LossCurve[] => {
  const curves: LossCurve[] = [
    { name: 'train', label: LABELS.train, steps: series.step, values: series.trainLoss },
    { name: 'test', label: LABELS.test, steps: series.step, values: series.testLoss },
  ];
  if (!withProgress) return curves;
  // A run that is over was measured again with its final keys; what each step's own keys gave is another curve.
  const isFinal = progress.some(({ keys }) => keys === 'final');
  const told = isFinal ? progress.filter(({ keys }) => keys === 'final') : progress;
  for (const [name, read] of MEASURES) {
    const measured = told.filter((event) => typeof read(event) === 'number');
    if (measured.length === 0) continue;
    const steps = measured.map(({ step }) => step);
    curves.push({ name, label: LABELS[name], steps, values: measured.map((event) => read(event) ?? null) });
  }
  return curves;
};

/** Whether any progress measure is a loss, and so a curve. */
export const hasProgressCurves = ({ progress }: History): boolean =>
  progress.some((event) => MEASURES.some(([, read]) => typeof read(event) === 'number'));

/** All steps at which any of the curves was measured, ascending. */
export const unionOfSteps = (curves: readonly LossCurve[]): number[] =>
  [...new Set(curves.flatMap(({ steps }) => steps))].sort((a, b) => a - b);

/** A curve's values at the steps of a union, null where it was not measured. */
export const valuesAt = ({ steps, values }: LossCurve, union: readonly number[]): (number | null)[] => {
  const byStep = new Map(steps.map((step, i) => [step, values[i] ?? null]));
  return union.map((step) => byStep.get(step) ?? null);
};

/** The last value of a curve measured at or before a step, with the step it belongs to. */
export const lastBefore = (
  { steps, values }: LossCurve,
  step: number,
): { readonly step: number; readonly value: number | null } | null => {
  const at = indexAt(steps, step);
  return at < 0 ? null : { step: steps[at] ?? 0, value: values[at] ?? null };
};

/** Colour and dash of a curve: the losses in their colours, what explains them in ink. */
export const curveLook = (
  name: CurveName,
  palette: Palette,
): { readonly color: string; readonly dash: readonly number[]; readonly width: number } => {
  switch (name) {
    case 'train':
      return { color: palette.train, dash: [], width: 2 };
    case 'test':
      return { color: palette.test, dash: [], width: 2 };
    case 'restricted':
      return { color: palette.ink, dash: [7, 4], width: 1.5 };
    case 'excluded':
      return { color: palette.muted, dash: [2, 3], width: 1.75 };
    case 'fit':
      return { color: palette.muted, dash: [9, 3, 2, 3], width: 1.25 };
    default:
      return name satisfies never;
  }
};
