import type { SweepRow } from '@grokscope/experiments';
import type { MetricsEvent } from '@grokscope/schema';
import type { EngineChoice } from '../engines/engines.js';

interface Stamp {
  readonly sweepId: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Emitted once, before any run starts. */
export interface SweepStartedEvent extends Stamp {
  readonly type: 'sweepStarted';
  readonly name: string;
  /** Absolute path of the sweep's own folder. */
  readonly folder: string;
  /** Number of runs in the whole sweep. */
  readonly runs: number;
  /** Number of runs that an earlier start of this sweep has finished; each follows as a `runEnded` with `earlier`. */
  readonly finished: number;
  /** Number of runs at a time. */
  readonly workers: number;
  readonly engine: EngineChoice;
  /** Threads of each run. */
  readonly threads: number;
  /**
   * About how long the unfinished runs take together if each makes all its steps; null if none is left or none was
   * measured.
   */
  readonly estimateMs: number | null;
}

/** A run's process was started. */
export interface SweepRunStartedEvent extends Stamp {
  readonly type: 'runStarted';
  readonly cell: string;
  readonly runId: string;
  readonly values: SweepRow['values'];
  readonly seed: number;
  /** The most steps it may make. */
  readonly steps: number;
}

/** A run's newest metrics. This is not a fact to keep; the run's own folder has all of them. */
export interface SweepRunProgressEvent extends Stamp {
  readonly type: 'runProgress';
  readonly cell: string;
  readonly runId: string;
  readonly metrics: MetricsEvent;
}

/** A run ended, for any reason. */
export interface SweepRunEndedEvent extends Stamp, SweepRow {
  readonly type: 'runEnded';
  /** True if it had ended before this start of the sweep. */
  readonly earlier: boolean;
}

/** Emitted once, last. */
export interface SweepEndedEvent extends Stamp {
  readonly type: 'sweepEnded';
  readonly reason: 'completed' | 'interrupted';
  readonly runs: number;
  /** Number of runs that ended by themselves, earlier ones included. */
  readonly finished: number;
  /** The number of these that diverged or failed. */
  readonly failed: number;
  /** Time since this start of the sweep. */
  readonly elapsedMs: number;
  /** Absolute paths of the files that were written. */
  readonly files: { readonly csv: string; readonly json: string; readonly figure: string };
}

/** The facts of a sweep, distinguished by `type`. */
export type SweepEvent =
  SweepStartedEvent | SweepRunStartedEvent | SweepRunProgressEvent | SweepRunEndedEvent | SweepEndedEvent;
