import type { SweepRow } from '@grokscope/experiments';
import type { MetricsEvent } from '@grokscope/schema';
import type { EngineChoice } from '../engines/engines.js';

interface Stamp {
  readonly sweepId: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Said once, before any run starts. */
export interface SweepStartedEvent extends Stamp {
  readonly type: 'sweepStarted';
  readonly name: string;
  /** Absolute path of the sweep's own folder. */
  readonly folder: string;
  /** Runs of the whole sweep. */
  readonly runs: number;
  /** Runs that an earlier start of this sweep has finished; each follows as a `runEnded` with `earlier`. */
  readonly finished: number;
  /** Runs at a time. */
  readonly workers: number;
  readonly engine: EngineChoice;
  /** Threads of each run. */
  readonly threads: number;
  /** About how long the unfinished runs take together if each makes all its steps; null if nothing is left or measured. */
  readonly estimateMs: number | null;
}

/** A run's process was started. */
export interface SweepRunStartedEvent extends Stamp {
  readonly type: 'runStarted';
  readonly cell: string;
  readonly runId: string;
  readonly values: SweepRow['values'];
  readonly seed: number;
  /** Steps it may make. */
  readonly steps: number;
}

/** Where a run stands: its newest metrics. Not a fact to keep; the run's own folder has them all. */
export interface SweepRunProgressEvent extends Stamp {
  readonly type: 'runProgress';
  readonly cell: string;
  readonly runId: string;
  readonly metrics: MetricsEvent;
}

/** A run ended, for any reason. */
export interface SweepRunEndedEvent extends Stamp, SweepRow {
  readonly type: 'runEnded';
  /** True where it had ended before this start of the sweep. */
  readonly earlier: boolean;
}

/** Said once, last. */
export interface SweepEndedEvent extends Stamp {
  readonly type: 'sweepEnded';
  readonly reason: 'completed' | 'interrupted';
  readonly runs: number;
  /** Runs that ended by themselves, earlier ones included. */
  readonly finished: number;
  /** Of these, those that diverged or failed. */
  readonly failed: number;
  /** Since this start of the sweep. */
  readonly elapsedMs: number;
  /** Absolute paths of what was written. */
  readonly files: { readonly csv: string; readonly json: string; readonly figure: string };
}

/** The facts of a sweep, told apart by `type`. */
export type SweepEvent =
  SweepStartedEvent | SweepRunStartedEvent | SweepRunProgressEvent | SweepRunEndedEvent | SweepEndedEvent;
