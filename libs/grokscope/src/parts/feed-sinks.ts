import type { TrainingItem } from '@grokscope/training';
import {
  catchError,
  defer,
  EMPTY,
  forkJoin,
  ignoreElements,
  lastValueFrom,
  of,
  Subject,
  timeout,
  concat,
} from 'rxjs';
import type { Sink, SinkRun } from './define-sink.js';

/** How long a run's process waits for its sinks after the last item. */
const WAIT_MS = 10_000;

/** The sinks of a run, as the run sees them. */
export interface FedSinks {
  readonly next: (item: TrainingItem) => void;
  /** Signals that no item follows; resolves once every sink has completed, or after ten seconds. */
  readonly complete: () => Promise<void>;
}

/**
 * Feeds sinks with what a run emits. A sink that fails, or does not complete in time, is reported and abandoned; the
 * run continues as if it had none.
 */
export function feedSinks(
  sinks: readonly Sink[],
  run: SinkRun,
  report: (problem: string) => void = (problem) => process.emitWarning(problem, { type: 'Grokscope' }),
): FedSinks {
  const items$ = new Subject<TrainingItem>();
  const done = sinks.map(({ name, consume }) => {
    const failed = (thrown: unknown) => {
      report(`the sink ${name} has failed, and the run goes on without it: ${messageOf(thrown)}`);
      return EMPTY;
    };
    const consumed$ = defer(() => consume(items$.asObservable(), run)).pipe(
      ignoreElements(),
      catchError(failed),
    );
    // Subscribed now, awaited when the run has ended.
    return lastValueFrom(concat(consumed$, of(undefined)));
  });
  return {
    next: (item) => items$.next(item),
    complete: async () => {
      items$.complete();
      if (done.length === 0) return;
      const all$ = forkJoin(done).pipe(timeout(WAIT_MS));
      await lastValueFrom(all$).catch(() =>
        report(
          `not every sink was done ${WAIT_MS / 1000} seconds after the run; they are: ${sinks.map(({ name }) => name).join(', ')}`,
        ),
      );
    },
  };
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
