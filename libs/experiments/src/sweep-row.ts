import type { EndedEvent, FindingSpec, RunEvent, RunSpec, SettingChange } from '@grokscope/schema';
import { isAsSpecified, thresholdStatistics, valueAt } from '@grokscope/schema';
import type { SweepCell } from './expand-sweep.js';
import { firstBelow } from './statistics.js';

/** The facts reported at a run's end. */
export type EndedFacts = Pick<
  EndedEvent,
  | 'reason'
  | 'step'
  | 'elapsedMs'
  | 'stepsPerSecond'
  | 'stepMemorized'
  | 'stepGeneralized'
  | 'finalTrainLoss'
  | 'finalTestLoss'
  | 'finalTestAccuracy'
  | 'message'
>;

/** The summary of one run of a sweep: what it set, and how it ended. A row of the sweep's table. */
export interface SweepRow extends EndedFacts {
  /** The cell's id. */
  readonly cell: string;
  readonly runId: string;
  /** The value of every varied path. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** First measured step with the finding's loss below each of its thresholds, by threshold; empty without any. */
  readonly stepBelow: Readonly<Record<string, number | null>>;
  /** Settings that were changed while it ran: such a run no longer matches its values. */
  readonly changes: readonly SettingChange[];
}

/** The row of a run that has ended, from its facts; `events` are read only if the finding has thresholds. */
export function sweepRow(
  cell: SweepCell,
  runId: string,
  ended: EndedFacts,
  finding: FindingSpec | undefined,
  events: readonly RunEvent[],
  changes: readonly SettingChange[] = [],
): SweepRow {
  const { reason, step, elapsedMs, stepsPerSecond, stepMemorized, stepGeneralized } = ended;
  const { finalTrainLoss, finalTestLoss, finalTestAccuracy, message } = ended;
  return {
    cell: cell.id,
    runId,
    values: cell.values,
    seed: cell.seed,
    reason,
    step,
    elapsedMs,
    stepsPerSecond,
    stepMemorized,
    stepGeneralized,
    finalTrainLoss,
    finalTestLoss,
    finalTestAccuracy,
    message,
    stepBelow: finding === undefined ? {} : stepsBelow(finding, cell.spec, events),
    changes: isAsSpecified({ spec: cell.spec, initialWeights: null, changes }) ? [] : changes,
  };
}

/** Whether a finding can be computed from `ended` alone, without the run's events. */
export function needsEvents(finding: FindingSpec | undefined): boolean {
  return finding !== undefined && thresholdStatistics.includes(finding.statistic);
}

function stepsBelow(
  { statistic, thresholds = [] }: FindingSpec,
  spec: RunSpec,
  events: readonly RunEvent[],
): Record<string, number | null> {
  // Infinite data have no test set and need none: each example was unseen when it was measured.
  const isUnseen = statistic === 'stepTestLossBelow' && valueAt(spec, 'data.infinite') === true;
  const which = statistic === 'stepTrainLossBelow' || isUnseen ? 'trainLoss' : 'testLoss';
  const losses = events.flatMap((event) =>
    event.type === 'metrics' ? [{ step: event.step, loss: event[which] }] : [],
  );
  return Object.fromEntries(
    thresholds.map((threshold) => [String(threshold), firstBelow(losses, threshold)]),
  );
}
