import type { Observable } from 'rxjs';
import { mergeMap } from 'rxjs';
import type { RunCommand, RunEvent, RunSpec } from '@grokscope/schema';
import { forkRun } from 'grokscope';
import type { EngineChoice, NamedTensor, RunExit } from 'grokscope';

/** What a run process is to train. */
export interface RunOrder {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly runsDir: string;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** True continues the run of this id, on its own engine and threads. Default false: a new run. */
  readonly isResumed?: boolean;
}

/** How a run's process exited, as far as it matters here. */
export type RunLeft = Pick<RunExit, 'storeError' | 'lastWords'>;

/** Tensors of one step. */
export interface TensorBatch {
  readonly step: number;
  readonly tensors: readonly NamedTensor[];
}

/** A run in a process that this server started. */
export interface LiveRun {
  readonly runId: string;
  readonly pid: number | undefined;
  /** Every event from now on, stored before it is emitted; completes when the process has exited. */
  readonly events$: Observable<RunEvent>;
  /** Watched tensors as they arrive; completes when the process has exited. */
  readonly tensors$: Observable<TensorBatch>;
  readonly command: (command: RunCommand) => void;
  /** Sets the wanted tensors from now on, and the most steps between two looks at them. */
  readonly watch: (names: readonly string[], everySteps: number) => void;
  /** Ends the run after a checkpoint. */
  readonly interrupt: () => void;
  /** Whether it has reported its ending; its process then accepts no more commands. */
  readonly hasEnded: () => boolean;
  readonly exited: Promise<RunLeft>;
}

/** Starts a run in a separate process; replaced in tests. */
export type StartRunProcess = (order: RunOrder) => LiveRun;

/** Steps between looks at the weights: often enough to see them move. */
const SNAPSHOT_EVERY = 10;

/** Forks a run, which outlives this process. */
export const startRunProcess: StartRunProcess = (order) => {
  const { runId, spec, runsDir, engine, threads, isResumed = false } = order;
  const snapshotEvery = Math.min(SNAPSHOT_EVERY, spec.observe.progressEvery);
  const named = { runId, runsDir, snapshotEvery };
  const computed = {
    ...(engine === undefined ? {} : { engine }),
    ...(threads === undefined ? {} : { threads }),
  };
  const { pid, told$, exited, send, hasEnded } = forkRun(
    isResumed ? { type: 'resume', ...named } : { type: 'start', ...named, spec, ...computed },
  );
  return {
    runId,
    pid,
    events$: told$.pipe(mergeMap((told) => (told.type === 'event' ? [told.event] : []))),
    tensors$: told$.pipe(mergeMap((told) => (told.type === 'tensors' ? [told] : []))),
    exited,
    command: (command) => send({ type: 'command', command }),
    watch: (names, everySteps) => send({ type: 'watch', names, everySteps }),
    interrupt: () => send({ type: 'interrupt' }),
    hasEnded,
  };
};
