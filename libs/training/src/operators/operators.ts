import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import { filter, takeWhile, type MonoTypeOperatorFunction, type OperatorFunction } from 'rxjs';
import { isEvent, type Snapshot, type TrainingItem } from '../item.js';

/** A choice of steps. */
export type Schedule = (step: number) => boolean;

/** Step 0 and every n-th after it. Throws `RangeError` unless n is a whole number of at least 1. */
export function everySteps(n: number): Schedule {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`everySteps: n must be a whole number ≥ 1, got ${n}`);
  return (step) => step % n === 0;
}

/**
 * The facts only, without snapshots. Errors and completion pass through.
 *
 * @example train(spec, deps).pipe(events()).subscribe((e) => console.log(JSON.stringify(e)));
 */
export const events = (): OperatorFunction<TrainingItem, RunEvent> => filter(isEvent);

/** The metrics only. Errors and completion pass through. */
export const metrics = (): OperatorFunction<TrainingItem, MetricsEvent> =>
  filter((item): item is MetricsEvent => item.type === 'metrics');

/** The snapshots at steps of a schedule, the final one always. Errors and completion pass through. */
export const snapshots = (schedule: Schedule): OperatorFunction<TrainingItem, Snapshot> =>
  filter(
    (item): item is Snapshot => item.type === 'snapshot' && (schedule(item.step) || item.purpose === 'final'),
  );

/**
 * Passes everything up to and including the first metrics with test accuracy at or above `accuracy`, then completes and
 * so ends the run (its source is unsubscribed: no `ended` follows). Completes with the source if that never happens.
 *
 * @example train(spec, deps).pipe(untilGeneralized({ accuracy: 0.99 })).subscribe(console.log);
 */
export const untilGeneralized = ({
  accuracy,
}: {
  readonly accuracy: number;
}): MonoTypeOperatorFunction<TrainingItem> =>
  takeWhile((item) => !(item.type === 'metrics' && (item.testAccuracy ?? 0) >= accuracy), true);
