import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { EMPTY, Observable, concatMap, lastValueFrom, materialize, merge } from 'rxjs';
import type { Tensors } from '@grokscope/formats';
import type { NamedTensor } from '@grokscope/model';
import type { EndedEvent, RunCommand, RunEvent, RunSpec } from '@grokscope/schema';
import type { RunFacts, RunWriter, StoreError } from '@grokscope/store';
import { addEvent, createRunFolder, createRunId, noFacts } from '@grokscope/store';
import type { Snapshot, TrainingCommand, TrainingItem } from '@grokscope/training';
import type { TrainOptions } from './train.js';
import { train } from './train.js';

/** Where a run is kept, what computes it, and how it is listened and spoken to. */
export interface ExecuteRunOptions {
  /** The runs folder; made if it is not there. */
  readonly runsDir: string;
  /** Default: a new id from the spec's name and the time. */
  readonly runId?: string;
  readonly engine?: TrainOptions['engine'];
  readonly threads?: number;
  /** False runs the plain graph. Default true. */
  readonly rewrites?: boolean;
  /** Weights to start from, and the file they were read from. */
  readonly initial?: { readonly path: string; readonly weights: readonly NamedTensor[] };
  /** Steps between snapshots for `onItem`, besides those of `observe`. */
  readonly snapshotEvery?: number;
  readonly commands$?: Observable<RunCommand>;
  /** Aborting it ends the run after a checkpoint, as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told each event once it is stored, and each snapshot. Must not throw. */
  readonly onItem?: (item: TrainingItem) => void;
}

/** What `executeRun` needs from outside; replaced in tests. */
export interface ExecuteRunDeps {
  readonly train: (spec: RunSpec, options: TrainOptions) => Observable<TrainingItem>;
  readonly now: () => Date;
}

const defaultDeps: ExecuteRunDeps = { train, now: () => new Date() };

/**
 * Trains one run and keeps it in its own folder: every event a line, every checkpoint a file. Resolves with
 * the `ended` event, whatever the reason; nothing more is emitted after it.
 *
 * `seq` and `time` are given here, in the order of storing: a `checkpoint` event follows its file, and
 * `ended` is last. An error of the training stream (a defect) is stored as an ending with reason `failed`.
 * Errors (nothing more can be stored): those of `createRunFolder`, and `DiskFailure`, which ends the run.
 */
export function executeRun(
  spec: RunSpec,
  options: ExecuteRunOptions,
  deps: Partial<ExecuteRunDeps> = {},
): TE.TaskEither<StoreError, EndedEvent> {
  const { train: trainWith, now } = { ...defaultDeps, ...deps };
  return async () => {
    const runId = options.runId ?? createRunId(spec.name, now());
    const created = await createRunFolder(options.runsDir, {
      runId,
      name: spec.name,
      createdAt: now().toISOString(),
      spec,
      engine: options.engine ?? 'auto',
      threads: options.threads ?? null,
      ...(options.initial === undefined ? {} : { initFrom: options.initial.path }),
    })();
    if (E.isLeft(created)) return created;
    const recorder = new Recorder(created.right, options, now);
    const items$ = trainWith(spec, trainOptions(runId, options));
    try {
      // The stream's own error waits its turn behind the items before it.
      const facts$ = items$.pipe(
        materialize(),
        concatMap((fact) => (fact.kind === 'N' ? recorder.take(fact.value) : Promise.resolve(fact))),
      );
      const last = await lastValueFrom(facts$);
      const defect = last?.kind === 'E' ? messageOf(last.error) : 'the training stream broke off';
      return E.right(await recorder.ended(defect));
    } catch (thrown) {
      if (thrown instanceof StoreFailure) return E.left(thrown.error);
      throw thrown;
    } finally {
      await created.right.close()();
    }
  };
}

function trainOptions(runId: string, options: ExecuteRunOptions): TrainOptions {
  const { engine, threads, rewrites, initial, snapshotEvery, commands$ = EMPTY, signal } = options;
  return {
    runId,
    commands$: merge(commands$, interruptOnAbort(signal)),
    ...(engine === undefined ? {} : { engine }),
    ...(threads === undefined ? {} : { threads }),
    ...(rewrites === undefined ? {} : { rewrites }),
    ...(initial === undefined ? {} : { initialWeights: initial.weights }),
    ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
  };
}

/** An `interrupt` once `signal` aborts (at once if it has); neither completes nor errors while it may still come. */
export function interruptOnAbort(signal: AbortSignal | undefined): Observable<TrainingCommand> {
  if (signal === undefined) return EMPTY;
  return new Observable((subscriber) => {
    const interrupt = (): void => subscriber.next({ command: 'interrupt' });
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt);
    return () => signal.removeEventListener('abort', interrupt);
  });
}

/** Carries a store error through the stream; it never leaves this file. */
class StoreFailure extends Error {
  constructor(readonly error: StoreError) {
    super(error._tag);
  }
}

/** Stores items one after another and numbers the events. */
class Recorder {
  private facts: RunFacts = noFacts;
  private lastCheckpoint = -1;

  constructor(
    private readonly writer: RunWriter,
    private readonly options: ExecuteRunOptions,
    private readonly now: () => Date,
  ) {}

  async take(item: TrainingItem): Promise<void> {
    // What a stream says after its ending is not a fact of the run.
    if (this.facts.ended !== null) return;
    if (item.type === 'snapshot') await this.takeSnapshot(item);
    else await this.record(item);
  }

  /** The stored ending; without one, stores that the run failed with `message`. */
  async ended(message: string): Promise<EndedEvent> {
    if (this.facts.ended === null) await this.record(this.failure(message));
    return this.facts.ended!;
  }

  private async takeSnapshot(snapshot: Snapshot): Promise<void> {
    this.options.onItem?.(snapshot);
    const { step, purpose, weights, optimizer } = snapshot;
    if (purpose === 'observe' || step === this.lastCheckpoint) return;
    const state = optimizer === undefined ? undefined : byName(optimizer);
    const path = orFail(await this.writer.writeCheckpoint(step, byName(weights), state)());
    this.lastCheckpoint = step;
    await this.record({ type: 'checkpoint', ...this.stamp(), step, path });
  }

  private async record(event: RunEvent): Promise<void> {
    const { type, ...facts } = event;
    const stamp = this.stamp();
    // As it will be read again: a number that is not finite becomes null. The stamp stands first in the line.
    const stored = JSON.parse(JSON.stringify({ type, ...stamp, ...facts, ...stamp })) as RunEvent;
    orFail(await this.writer.appendEvent(stored)());
    this.facts = addEvent(this.facts, stored);
    this.options.onItem?.(stored);
  }

  private stamp(): { runId: string; seq: number; time: string } {
    return {
      runId: this.writer.record.runId,
      seq: this.facts.lastSeq + 1,
      time: this.now().toISOString(),
    };
  }

  private failure(message: string): EndedEvent {
    const { step, started, metrics, stepMemorized, stepGeneralized } = this.facts;
    return {
      type: 'ended',
      ...this.stamp(),
      reason: 'failed',
      step,
      elapsedMs: started === null ? 0 : Math.max(0, this.now().getTime() - Date.parse(started.time)),
      stepsPerSecond: metrics?.stepsPerSecond ?? null,
      stepMemorized,
      stepGeneralized,
      finalTrainLoss: metrics?.trainLoss ?? null,
      finalTestLoss: metrics?.testLoss ?? null,
      finalTestAccuracy: metrics?.testAccuracy ?? null,
      message,
    };
  }
}

function byName(tensors: readonly NamedTensor[]): Tensors {
  return Object.fromEntries(tensors.map(({ name, shape, data }) => [name, { dtype: 'F32', shape, data }]));
}

function orFail<T>(result: E.Either<StoreError, T>): T {
  if (E.isLeft(result)) throw new StoreFailure(result.left);
  return result.right;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
