import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Observable } from 'rxjs';
import type { RunEvent, RunSpec } from '@grokscope/schema';
import { childEnvironment } from '../child-environment.js';
import type { EngineChoice } from '../engines.js';
import type { FromRunProcess, ToRunProcess } from '../run-messages.js';
import { describeRefusal } from '../run-refusal.js';
import { RUN_PROCESS_URL } from '../run-process-url.js';

/** What a run process is to train, and where. */
export interface RunOrder {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly runsDir: string;
  readonly engine: EngineChoice;
  readonly threads: number;
  /** True goes on with the run of this id, on its own engine and threads. Default false: it is a new one. */
  readonly resume?: boolean;
}

/** Starts a run; replaced in tests. */
export type StartRun = (order: RunOrder, signal: AbortSignal) => Observable<RunEvent>;

const LAST_WORDS_CHARACTERS = 2000;

/**
 * One run in a process of its own, as a cold Observable of its events, each already stored. Completes when the
 * process has left; aborting `signal` lets it end after a checkpoint.
 *
 * Errors (the process left without an `ended` event): with what it could not store, or its last words.
 * Unsubscribing ends the process: after a checkpoint, or at once if `signal` had already aborted.
 */
export const startRun: StartRun = (order, signal) =>
  new Observable<RunEvent>((subscriber) => {
    // A group of its own: Ctrl-C on a terminal reaches the parent alone, which says what is to become of the run.
    const child = fork(fileURLToPath(RUN_PROCESS_URL), [], {
      serialization: 'advanced',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // No flags of the parent's: import conditions or an inspector meant for it would be wrong there.
      execArgv: [],
      env: childEnvironment(),
    });
    let hasEnded = false;
    let problem: string | undefined;
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    const send = (message: ToRunProcess): void => {
      // A process that is leaving has closed the channel; its ending tells the rest.
      if (child.connected) child.send(message, () => undefined);
    };
    child.on('message', (message) => {
      const told = message as FromRunProcess;
      if (told.type === 'storeFailed') problem = describeRefusal(told.error);
      if (told.type !== 'event') return;
      hasEnded ||= told.event.type === 'ended';
      subscriber.next(told.event);
    });
    child.on('error', (error) => {
      if (child.pid === undefined) subscriber.error(error);
    });
    // After the last message and the last words.
    child.on('close', (code, by) => {
      const how = by === null ? `with code ${code ?? 'unknown'}` : `by ${by}`;
      const words = problem ?? (lastWords.trim() || `the run's process ended ${how}`);
      if (hasEnded) subscriber.complete();
      else subscriber.error(new Error(words));
    });
    const interrupt = (): void => send({ type: 'interrupt' });
    const { resume = false, ...start } = order;
    const { runId, runsDir } = start;
    if (resume) send({ type: 'resume', runId, runsDir, endsWithParent: true });
    else send({ type: 'start', ...start, endsWithParent: true });
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt);
    return () => {
      signal.removeEventListener('abort', interrupt);
      // The process takes its second signal, the abort being the first, as "at once".
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    };
  });
