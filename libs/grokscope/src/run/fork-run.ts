import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observable } from 'rxjs';
import { Subject } from 'rxjs';
import { childEnvironment } from './child-environment.js';
import type { FromRunProcess, ToRunProcess } from './run-messages.js';
import { RUN_PROCESS_URL } from './run-process-url.js';
import type { RunRefusal } from './run-refusal.js';

/** How a run's process exited. */
export interface RunExit {
  /** Why the run was refused or could not be stored, if so. */
  readonly storeError: RunRefusal | null;
  /** Its last output on standard error; for a defect. */
  readonly lastWords: string;
  /** `with code 1`, `by SIGKILL`. */
  readonly how: string;
  /** Why it did not start, if so. */
  readonly notStarted: Error | null;
}

/** A run in a process of its own, as its parent sees it. */
export interface RunProcess {
  readonly pid: number | undefined;
  /** What the process sends from now on; completes when it has exited, before `exited` resolves. */
  readonly told$: Observable<FromRunProcess>;
  readonly exited: Promise<RunExit>;
  /** Sends a message to the process; one that is exiting does not receive it. */
  readonly send: (message: ToRunProcess) => void;
  /** Whether the run has reported its ending; its process then takes no more commands. */
  readonly hasEnded: () => boolean;
  /** Sends a signal to a process that has not exited. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

const LAST_WORDS_CHARACTERS = 4000;

/**
 * Forks a process for a run and sends it its order. The process has a group of its own, so that Ctrl-C on a terminal
 * reaches the parent alone, and it outlives the parent unless the order says otherwise: only the run's folder reliably
 * connects the two.
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
    // `close` follows the last message and the last output; `error` comes if the process did not start.
    child.on('close', (code, by) => over(by === null ? `with code ${code ?? 'unknown'}` : `by ${by}`, null));
    child.on('error', (error) => {
      if (child.pid === undefined) over('before it began', error);
    });
  });
  const send = (message: ToRunProcess): void => {
    // A process that is exiting has closed the channel; its ending reports the rest.
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
