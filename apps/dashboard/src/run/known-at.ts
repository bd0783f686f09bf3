import type { MetricsEvent } from '@grokscope/schema';
import { forEachName, outlineColumns } from '@grokscope/schema';
import type { History } from './history.js';
import type { RunView } from './run-state.js';
import type { Series } from '../plot/series.js';
import { indexAt, mapColumns } from '../plot/series.js';

const seriesUpTo = (series: Series, step: number): Series => {
  const count = indexAt(series.step, step) + 1;
  if (count === series.step.length) return series;
  return {
    step: series.step.slice(0, count),
    ...mapColumns(series, (column) => column.slice(0, count)),
  };
};

const historyUpTo = (history: History, step: number): History => ({
  progress: history.progress.filter((event) => event.step <= step),
  final: history.final,
  phases: history.phases.filter((event) => event.step <= step),
  toldFirst: history.toldFirst.filter((event) => event.step <= step),
  saved: history.saved,
  falls: history.falls.filter((event) => event.step <= step),
  interventions: history.interventions.filter((event) => event.step <= step),
});

/** The last measurement of a truncated series, as its event. */
const latestOf = (view: RunView, series: Series): MetricsEvent | null => {
  const at = series.step.length - 1;
  if (at < 0 || view.latest === null) return null;
  return {
    ...view.latest,
    step: series.step[at] ?? 0,
    ...forEachName(outlineColumns, (name) => series[name][at] ?? null),
    stepsPerSecond: null,
  };
};

/**
 * The run as known at a step (null: now): curves up to it, the last measurement at or before it, what was reached and
 * which phases had begun by then, its ending only if the step is its last. Every sentence, title and number about a
 * step is made from this and so cannot reveal anything later. Phases begin where they were last reported to; those
 * recognised only afterwards are marked as such.
 */
export const viewAt = (view: RunView, step: number | null): RunView => {
  if (step === null) return view;
  const series = seriesUpTo(view.series, step);
  const reached = (at: number | null): number | null => (at !== null && at <= step ? at : null);
  return {
    ...view,
    step,
    series,
    history: historyUpTo(view.history, step),
    latest: latestOf(view, series),
    stepMemorized: reached(view.stepMemorized),
    stepGeneralized: reached(view.stepGeneralized),
    ended: view.ended !== null && step >= view.ended.step ? view.ended : null,
  };
};
