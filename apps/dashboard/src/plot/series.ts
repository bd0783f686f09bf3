import type { MetricsEvent, OutlineColumn } from '@grokscope/schema';
import { forEachName, outlineColumns } from '@grokscope/schema';

/** One measure over the measured steps; null where it was not finite or missing. */
export type Column = readonly (number | null)[];

/**
 * Measured steps, column by column, ascending (of a very long run not all); null where a number was not finite or
 * missing.
 */
export type Series = Readonly<Record<OutlineColumn, Column>> & { readonly step: readonly number[] };

export const emptySeries: Series = { step: [], ...forEachName(outlineColumns, () => []) };

/** Applies the same change to every column of a series except the steps. */
export const mapColumns = (series: Series, change: (column: Column) => Column): Omit<Series, 'step'> =>
  forEachName(outlineColumns, (name) => change(series[name]));

/**
 * A measurement as it counts: if the loss is not a number there is no accuracy either, since no logit was really the
 * largest.
 */
export const soundMetrics = (event: MetricsEvent): MetricsEvent => {
  const { trainLoss, testLoss, trainAccuracy, testAccuracy } = event;
  if ((trainLoss !== null || trainAccuracy === null) && (testLoss !== null || testAccuracy === null))
    return event;
  return {
    ...event,
    trainAccuracy: trainLoss === null ? null : trainAccuracy,
    testAccuracy: testLoss === null ? null : testAccuracy,
  };
};

/**
 * The series with the measured steps appended; a step measured again replaces the last one, an earlier one is left out.
 */
export const appendMetrics = (series: Series, events: readonly MetricsEvent[]): Series => {
  const step = [...series.step];
  const columns = forEachName(outlineColumns, (name) => [...series[name]]);
  for (const event of events) {
    const last = step[step.length - 1];
    if (last !== undefined && event.step < last) continue;
    const at = event.step === last ? step.length - 1 : step.length;
    step[at] = event.step;
    for (const name of outlineColumns) columns[name][at] = event[name];
  }
  return { step, ...columns };
};

/** Index of the last of ascending steps that is not beyond `step`; −1 if there is none. */
export const indexAt = (steps: readonly number[], step: number): number => {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? Infinity) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};
