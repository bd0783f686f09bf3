import * as E from 'fp-ts/lib/Either.js';
import { EMPTY, Subject, concatMap, lastValueFrom, materialize, merge, tap } from 'rxjs';
import type { EndedEvent, RunSpec } from '@grokscope/schema';
import type { RunWriter, StoreError } from '@grokscope/store';
import type { TrainingItem } from '@grokscope/training';
import { controlCommands } from './control-commands.js';
import type { ExecuteRunDeps, ExecuteRunOptions } from './execute-options.js';
import { interruptOnAbort } from './interrupt-on-abort.js';
import { Recorder, StoreFailure, UnknownFact } from './recorder.js';
import type { Resumption } from '../resume/resumption.js';
import type { Sink } from '../parts/define-sink.js';
import { feedSinks } from '../parts/feed-sinks.js';
import type { TrainOptions } from '../train/train.js';

/** A run whose folder is open for writing. */
export interface OpenedRun {
  readonly writer: RunWriter;
  readonly spec: RunSpec;
  /** What computes it, and where it starts. */
  readonly trainOptions: TrainOptions;
  /** The sinks that listen beside its folder. */
  readonly sinks?: readonly Sink[];
  /** Absent for a new run. */
  readonly resumption?: Resumption;
}

/** Trains an opened run, stores what it emits, and closes it. */
export async function recordRun(
  { writer, spec, trainOptions, resumption, sinks = [] }: OpenedRun,
  { onItem, commands$ = EMPTY, signal, snapshotEvery }: RecordRunOptions,
  { train, now }: ExecuteRunDeps,
): Promise<E.Either<StoreError, EndedEvent>> {
  const { runId } = writer.record;
  const fed = feedSinks(sinks, { runId, folder: writer.folder, spec });
  const hear = (item: TrainingItem): void => {
    fed.next(item);
    onItem?.(item);
  };
  const recorder = new Recorder(writer, sinks.length === 0 ? onItem : hear, now, resumption);
  // A run that is faster than the disk waits for it.
  const taken$ = new Subject<void>();
  const items$ = train(spec, {
    ...trainOptions,
    runId,
    commands$: merge(commands$, controlCommands(writer), interruptOnAbort(signal)),
    taken$,
    ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
  });
  try {
    // The stream's own error is handled after the items before it.
    const facts$ = items$.pipe(
      materialize(),
      concatMap((fact) => (fact.kind === 'N' ? recorder.take(fact.value) : Promise.resolve(fact))),
      tap(() => taken$.next()),
    );
    const last = await lastValueFrom(facts$);
    const defect = last?.kind === 'E' ? messageOf(last.error) : 'the training stream broke off';
    return E.right(await recorder.ended(defect));
  } catch (thrown) {
    if (thrown instanceof StoreFailure) return E.left(thrown.error);
    if (thrown instanceof UnknownFact) return await failed(recorder, thrown.message);
    throw thrown;
  } finally {
    await fed.complete();
    await writer.close()();
  }
}

/** Stores that the run failed. */
async function failed(recorder: Recorder, message: string): Promise<E.Either<StoreError, EndedEvent>> {
  try {
    return E.right(await recorder.ended(message));
  } catch (thrown) {
    if (thrown instanceof StoreFailure) return E.left(thrown.error);
    throw thrown;
  }
}

/** How an opened run is observed and controlled. */
export type RecordRunOptions = Pick<ExecuteRunOptions, 'onItem' | 'commands$' | 'signal' | 'snapshotEvery'>;

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
