import type { MetricsEvent } from '@grokscope/schema';

/** One measure over the measured steps; null where it was not finite or not there. */
export type Column = readonly (number | null)[];

/** Measured steps, column by column, ascending (of a very long run not all); null where a number was not finite or not there. */
export interface Series {
  readonly step: readonly number[];
  readonly trainLoss: Column;
  readonly testLoss: Column;
  readonly trainAccuracy: Column;
  readonly testAccuracy: Column;
  readonly sumSquaredWeights: Column;
}

/** The names of the columns beside `step`. */
export const SERIES_COLUMNS = [
  'trainLoss',
  'testLoss',
  'trainAccuracy',
  'testAccuracy',
  'sumSquaredWeights',
] as const;

export const emptySeries: Series = {
  step: [],
  trainLoss: [],
  testLoss: [],
  trainAccuracy: [],
  testAccuracy: [],
  sumSquaredWeights: [],
};

/** A measurement as it counts: where the loss is no number there is no accuracy, whatever was largest of no numbers. */
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

/** The series with the measured steps appended; a step measured again replaces, an earlier one is left out. */
export const appendMetrics = (series: Series, events: readonly MetricsEvent[]): Series => {
  const step = [...series.step];
  const columns = SERIES_COLUMNS.map((name) => [...series[name]]);
  for (const event of events) {
    const last = step[step.length - 1];
    if (last !== undefined && event.step < last) continue;
    const at = event.step === last ? step.length - 1 : step.length;
    step[at] = event.step;
    SERIES_COLUMNS.forEach((name, i) => {
      const column = columns[i];
      if (column) column[at] = event[name];
    });
  }
  const [trainLoss = [], testLoss = [], trainAccuracy = [], testAccuracy = [], sumSquaredWeights = []] =
    columns;
  return { step, trainLoss, testLoss, trainAccuracy, testAccuracy, sumSquaredWeights };
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
