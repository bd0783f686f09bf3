import * as E from 'fp-ts/lib/Either.js';
import type { SweepCell, SweepRow } from '@grokscope/experiments';
import { needsEvents, specKey, sweepRow } from '@grokscope/experiments';
import type { FindingSpec, RunEvent, RunSpec } from '@grokscope/schema';
import { isAsSpecified } from '@grokscope/schema';
import type { RunFacts } from '@grokscope/store';
import { addEvent, createRunId, noFacts, openRun, originOf } from '@grokscope/store';

/** What is left to do for a cell of a sweep. */
export type CellWork =
  | { readonly type: 'finished'; readonly cell: SweepCell; readonly row: SweepRow }
  /**
   * `broken`: the run of this cell that was interrupted and continues from its checkpoint; without it, a new run is
   * made.
   */
  | { readonly type: 'run'; readonly cell: SweepCell; readonly broken?: string };

/**
 * Examines the run, if any, that an earlier start of the sweep gave a cell. The run is finished if it ended by itself
 * (not interrupted, not failed) and still is what the sweep asks for, with its settings unchanged; a process that is
 * about to end it is waited for. A run that was interrupted or killed is resumed; a failed one is made anew.
 */
export async function workOf(
  cell: SweepCell,
  runId: string | undefined,
  runsDir: string,
  finding: FindingSpec | undefined,
  signal: AbortSignal,
): Promise<CellWork> {
  if (runId === undefined) return { type: 'run', cell };
  const reader = await openRun(runsDir, runId)();
  // Recorded but never started, or damaged: a new run takes its place.
  if (E.isLeft(reader) || !sameSpec(reader.right.record.spec, cell.spec)) return { type: 'run', cell };
  const events: RunEvent[] = [];
  try {
    for await (const batch of reader.right.tailEvents({ signal }))
      for (const event of batch) events.push(event);
  } catch {
    return { type: 'run', cell };
  }
  const { ended, changes } = events.reduce(addEvent, noFacts);
  // Changed by hand, or begun from other weights: not what the sweep asks for.
  const { initialWeights } = originOf(reader.right.record);
  if (!isAsSpecified({ spec: cell.spec, initialWeights, changes })) return { type: 'run', cell };
  if (ended === null || ended.reason === 'interrupted') return { type: 'run', cell, broken: runId };
  if (ended.reason === 'failed') return { type: 'run', cell };
  return { type: 'finished', cell, row: sweepRow(cell, runId, ended, finding, events) };
}

/** Compares specs without their names: renaming a sweep does not affect its runs. */
const sameSpec = (a: RunSpec, b: RunSpec): boolean => specKey(a) === specKey(b);

/** The id of a cell's new run. */
export function runIdFor(cell: SweepCell, now: Date): string {
  return createRunId(cell.spec.name, now);
}

/**
 * Returns the row of a run that has just ended, read from its folder; `problem` is the reason why the folder may hold
 * no ending.
 */
export async function rowOf(
  cell: SweepCell,
  runId: string,
  runsDir: string,
  finding: FindingSpec | undefined,
  facts: RunFacts,
  problem: string | null,
): Promise<SweepRow> {
  const ended = facts.ended ?? brokenOff(facts, problem ?? 'the run broke off');
  if (!needsEvents(finding)) return sweepRow(cell, runId, ended, finding, [], facts.changes);
  const reader = await openRun(runsDir, runId)();
  const events = E.isRight(reader) ? await reader.right.readEvents()() : E.right([]);
  return sweepRow(cell, runId, ended, finding, E.isRight(events) ? events.right : [], facts.changes);
}

function brokenOff(facts: RunFacts, message: string): Parameters<typeof sweepRow>[2] {
  const { step, started, lastTime, metrics, stepMemorized, stepGeneralized } = facts;
  const ranMs = started === null || lastTime === null ? 0 : Date.parse(lastTime) - Date.parse(started.time);
  return {
    reason: 'failed',
    step,
    elapsedMs: ranMs,
    stepsPerSecond: metrics?.stepsPerSecond ?? null,
    stepMemorized,
    stepGeneralized,
    finalTrainLoss: metrics?.trainLoss ?? null,
    finalTestLoss: metrics?.testLoss ?? null,
    finalTestAccuracy: metrics?.testAccuracy ?? null,
    message,
  };
}
