import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observable } from 'rxjs';
import { Subject } from 'rxjs';
import { childEnvironment } from './child-environment.js';
import type { FromRunProcess, ToRunProcess } from './run-messages.js';
import { RUN_PROCESS_URL } from './run-process-url.js';
import type { RunRefusal } from './run-refusal.js';

/** How a run's process left. */
export interface RunExit {
  /** Why it was refused or could not be stored, if that is why. */
  readonly storeError: RunRefusal | null;
  /** What it said last on standard error; for a defect. */
  readonly lastWords: string;
  /** `with code 1`, `by SIGKILL`. */
  readonly how: string;
  /** Why it never started, if it did not. */
  readonly notStarted: Error | null;
}

/** A run in a process of its own, from the side of its parent. */
export interface RunProcess {
  readonly pid: number | undefined;
  /** What the process tells from now on; completes when it has left, before `exited` resolves. */
  readonly told$: Observable<FromRunProcess>;
  readonly exited: Promise<RunExit>;
  /** Tells the process something; one that is leaving does not hear it. */
  readonly send: (message: ToRunProcess) => void;
  /** Whether the run has told its ending; its process then hears no command any more. */
  readonly hasEnded: () => boolean;
  /** Sends a signal to a process that has not left. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

const LAST_WORDS_CHARACTERS = 4000;

/**
 * Forks a run and gives it its order. The process has a group of its own, so that Ctrl-C on a terminal reaches the parent
 * alone, and outlives the parent unless the order says otherwise: only the run's folder connects the two for certain.
 */
export function forkRun(order: Extract<ToRunProcess, { type: 'start' | 'resume' }>): RunProcess {
  const child = fork(fileURLToPath(RUN_PROCESS_URL), [], {
    serialization: 'advanced',
    detached: true,
    // No flags of the parent's: import conditions, a loader or an inspector meant for it would be wrong there.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: childEnvironment(),
  });
  const told$ = new Subject<FromRunProcess>();
  let storeError: RunRefusal | null = null;
  let hasEnded = false;
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LAST_WORDS_CHARACTERS);
  });
  child.on('message', (message) => {
    const told = message as FromRunProcess;
    if (told.type === 'storeFailed') storeError = told.error;
    hasEnded ||= told.type === 'event' && told.event.type === 'ended';
    told$.next(told);
  });
  const exited = new Promise<RunExit>((resolve) => {
    const over = (how: string, notStarted: Error | null): void => {
      told$.complete();
      resolve({ storeError, lastWords: words.trim() || (notStarted?.message ?? ''), how, notStarted });
    };
    // `close` comes after the last message and the last words; `error` where the process never started.
    child.on('close', (code, by) => over(by === null ? `with code ${code ?? 'unknown'}` : `by ${by}`, null));
    child.on('error', (error) => {
      if (child.pid === undefined) over('before it began', error);
    });
  });
  const send = (message: ToRunProcess): void => {
    // A process that is leaving has closed the channel; its ending tells the rest.
    if (child.connected) child.send(message, () => undefined);
  };
  send(order);
  return {
    pid: child.pid,
    told$: told$.asObservable(),
    exited,
    send,
    hasEnded: () => hasEnded || !child.connected,
    kill: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    },
  };
}
