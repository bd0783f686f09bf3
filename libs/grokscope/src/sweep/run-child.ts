import { Observable } from 'rxjs';
import type { RunEvent, RunSpec } from '@grokscope/schema';
import type { EngineChoice } from '../engines/engines.js';
import { forkRun } from '../run/fork-run.js';
import { describeRefusal } from '../run/run-refusal.js';

/** What a run process is to train, and where. */
export interface RunOrder {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly runsDir: string;
  readonly engine: EngineChoice;
  readonly threads: number;
  /** True resumes the run of this id, with its own engine and threads. Default false: the run is new. */
  readonly resume?: boolean;
  /** For a resumed run: true accepts files of parts that have changed. */
  readonly allowChangedParts?: boolean;
}

/** Starts a run; tests replace it. */
export type StartRun = (order: RunOrder, signal: AbortSignal) => Observable<RunEvent>;

/**
 * Runs one run in a process of its own, as a cold Observable of its events, each already stored. Completes when the
 * process has exited; aborting `signal` ends the run after a checkpoint.
 *
 * Errors if the process exits without an `ended` event: with what it could not store, or with its last output.
 * Unsubscribing ends the process: after a checkpoint, or at once if `signal` has already aborted.
 */
export const startRun: StartRun = ({ resume = false, allowChangedParts = false, ...start }, signal) =>
  new Observable<RunEvent>((subscriber) => {
    const { runId, runsDir } = start;
    const run = forkRun(
      resume
        ? { type: 'resume', runId, runsDir, allowChangedParts, endsWithParent: true }
        : { type: 'start', ...start, endsWithParent: true },
    );
    let hasEnded = false;
    run.told$.subscribe((told) => {
      if (told.type !== 'event') return;
      hasEnded ||= told.event.type === 'ended';
      subscriber.next(told.event);
    });
    void run.exited.then(({ storeError, lastWords, how, notStarted }) => {
      const problem = storeError === null ? lastWords : describeRefusal(storeError);
      if (notStarted !== null) subscriber.error(notStarted);
      else if (hasEnded) subscriber.complete();
      else subscriber.error(new Error(problem || `the run's process ended ${how}`));
    });
    const interrupt = (): void => run.send({ type: 'interrupt' });
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt);
    return () => {
      signal.removeEventListener('abort', interrupt);
      // The process takes its second signal, after the abort as the first, as "at once".
      run.kill('SIGTERM');
    };
  });
