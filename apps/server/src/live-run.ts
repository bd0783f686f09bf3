import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observable } from 'rxjs';
import { Subject } from 'rxjs';
import type { RunCommand, RunEvent, RunSpec } from '@grokscope/schema';
import { RUN_PROCESS_URL } from 'grokscope';
import type { EngineChoice, FromRunProcess, NamedTensor, ToRunProcess } from 'grokscope';
import type { StoreError } from '@grokscope/store';

/** What a run process is to train. */
export interface RunOrder {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly runsDir: string;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** True goes on with the run of this id, on its own engine and threads. Default false: it is a new one. */
  readonly isResumed?: boolean;
}

/** Tensors of one step. */
export interface TensorBatch {
  readonly step: number;
  readonly tensors: readonly NamedTensor[];
}

/** How a run process left. */
export interface RunExit {
  /** What it could not store, if that is why. */
  readonly storeError: StoreError | null;
  /** What it said last on standard error; for a defect. */
  readonly lastWords: string;
}

/** A run in a process that this server started. */
export interface LiveRun {
  readonly runId: string;
  readonly pid: number | undefined;
  /** Every event from now on, stored before it comes; completes when the process has left. */
  readonly events$: Observable<RunEvent>;
  /** Watched tensors as they come; completes when the process has left. */
  readonly tensors$: Observable<TensorBatch>;
  readonly command: (command: RunCommand) => void;
  /** Names the tensors wanted from now on, and how many steps may lie between two looks at them. */
  readonly watch: (names: readonly string[], everySteps: number) => void;
  /** Ends the run after a checkpoint. */
  readonly interrupt: () => void;
  /** Whether it has told its ending; its process then hears no command any more. */
  readonly hasEnded: () => boolean;
  readonly exited: Promise<RunExit>;
}

/** Starts a run in a process of its own; replaced in tests. */
export type StartRunProcess = (order: RunOrder) => LiveRun;

const LAST_WORDS_CHARACTERS = 4000;
/** Steps between looks at the weights: often enough to see them move. */
const SNAPSHOT_EVERY = 10;

/**
 * Forks a run. The process has its own process group and outlives this one: the run is its own, and only
 * its folder connects the two for certain.
 */
export const startRunProcess: StartRunProcess = (order) => {
  const { runId, spec, runsDir, engine, threads, isResumed = false } = order;
  const child = fork(fileURLToPath(RUN_PROCESS_URL), [], {
    serialization: 'advanced',
    detached: true,
    // An inspector or a loader meant for the server would be wrong there.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: withoutSecrets(process.env),
  });
  const events$ = new Subject<RunEvent>();
  const tensors$ = new Subject<TensorBatch>();
  let storeError: StoreError | null = null;
  let hasEnded = false;
  const lastWords = collectLastWords(child);

  child.on('message', (message) => {
    const told = message as FromRunProcess;
    switch (told.type) {
      case 'event':
        hasEnded ||= told.event.type === 'ended';
        return events$.next(told.event);
      case 'tensors':
        return tensors$.next({ step: told.step, tensors: told.tensors });
      case 'storeFailed':
        storeError = told.error;
        return;
      default:
        return told satisfies never;
    }
  });
  const exited = new Promise<RunExit>((resolve) => {
    let isOver = false;
    const over = (words: string): void => {
      if (isOver) return;
      isOver = true;
      events$.complete();
      tensors$.complete();
      resolve({ storeError, lastWords: words });
    };
    // `close` comes after the last message and the last words; `error` where it never started.
    child.on('close', () => over(lastWords()));
    child.on('error', (error) => {
      if (child.pid === undefined) over(error.message);
    });
  });
  const send = (message: ToRunProcess): void => {
    // A process that is leaving has closed the channel; its ending tells the rest.
    if (child.connected) child.send(message, () => undefined);
  };
  const snapshotEvery = Math.min(SNAPSHOT_EVERY, spec.observe.progressEvery);
  const named = { runId, runsDir, snapshotEvery };
  if (isResumed) send({ type: 'resume', ...named });
  else {
    const computed = {
      ...(engine === undefined ? {} : { engine }),
      ...(threads === undefined ? {} : { threads }),
    };
    send({ type: 'start', ...named, spec, ...computed });
  }
  return {
    runId,
    pid: child.pid,
    events$,
    tensors$,
    exited,
    command: (command) => send({ type: 'command', command }),
    watch: (names, everySteps) => send({ type: 'watch', names, everySteps }),
    interrupt: () => send({ type: 'interrupt' }),
    hasEnded: () => hasEnded || !child.connected,
  };
};

/** A run needs no token, and its environment is read by more than its server's. */
function withoutSecrets({ GROKSCOPE_TOKEN: _, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return others;
}

function collectLastWords(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LAST_WORDS_CHARACTERS);
  });
  return () => words.trim();
}
