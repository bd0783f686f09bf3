import * as E from 'fp-ts/lib/Either.js';
import type { Tensor, Tensors } from '@grokscope/formats';
import type { NamedTensor } from '@grokscope/model';
import type { EndedEvent, RunEvent, StartedEvent } from '@grokscope/schema';
import { eventTypes, formatValue } from '@grokscope/schema';
import type { RunFacts, RunWriter, StoreError } from '@grokscope/store';
import { addEvent, isGoodCheckpoint, noFacts } from '@grokscope/store';
import type { Fact, Snapshot, Stamp, ToldItem, TrainingItem } from '@grokscope/training';
import { stamped } from '@grokscope/training';
import type { Resumption } from '../resume/resumption.js';

/** Carries a store error through the stream. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  constructor(readonly error: StoreError) {
    super(error._tag);
  }
}

/** An item of a training stream that is no fact of a run. */
export class UnknownFact extends Error {
  override readonly name = 'UnknownFact';
  constructor(type: unknown) {
    super(
      `the training stream told an event of the type ${formatValue(type)}, which is none of a run's ` +
        `(${eventTypes.join(', ')}); it was not stored. A measure of one's own belongs into a progress event`,
    );
  }
}

/** Stores items one after another and numbers the events; for a resumed run it leaves out what is stored already. */
export class Recorder {
  private facts: RunFacts;
  private readonly checkpoints: Set<number>;

  constructor(
    private readonly writer: RunWriter,
    private readonly onItem: ((item: TrainingItem) => void) | undefined,
    private readonly now: () => Date,
    private readonly resumption?: Resumption,
  ) {
    this.facts = { ...(resumption?.history.facts ?? noFacts), ended: null };
    this.checkpoints = new Set(resumption?.history.checkpoints);
  }

  async take(item: ToldItem): Promise<void> {
    // What a stream emits after its ending is not a fact of the run.
    if (this.facts.ended !== null) return;
    if (item.type === 'snapshot') await this.takeSnapshot(item);
    else if (item.type === 'started' && this.resumption)
      await this.takeResumed(this.resumption.started(item));
    else if (!this.resumption?.isStored(item)) await this.record(item);
  }

  /** Returns the stored ending; if there is none, stores that the run failed with `message`. */
  async ended(message: string): Promise<EndedEvent> {
    if (this.facts.ended === null) await this.record(this.failure(message));
    return this.facts.ended!;
  }

  private async takeResumed(started: Fact<StartedEvent>): Promise<void> {
    await this.record(started);
    const point = this.resumption?.point;
    // The process was killed between the file and its event.
    if (point && !this.checkpoints.has(point.step)) await this.recordCheckpoint(point.step, point.path);
  }

  private async takeSnapshot(snapshot: Snapshot): Promise<void> {
    this.onItem?.(snapshot);
    const { step, purpose, weights, progress } = snapshot;
    if (purpose === 'observe') return;
    const isKnown = this.checkpoints.has(step);
    // Recorded, but damaged or deleted: a resumed run writes it again.
    if (isKnown && (!this.resumption || (await isGoodCheckpoint(this.writer.folder, step)))) return;
    const optimizer = optimizerTensors(snapshot);
    const { changes } = this.facts;
    const kept = { ...(optimizer ? { optimizer } : {}), ...(progress ? { progress } : {}), changes };
    const path = orFail(await this.writer.writeCheckpoint(step, byName(weights), kept)());
    const bytes = weights.reduce((sum, { data }) => sum + data.byteLength, 0);
    // Reported before it is done, and only with a new checkpoint: the events never promise a file that was deleted on
    // purpose.
    const thinned = isKnown ? [] : orFail(await this.writer.stepsToThin(step, bytes)());
    if (!isKnown) await this.recordCheckpoint(step, path, thinned);
    orFail(await this.writer.thinCheckpoints(step, thinned)());
  }

  private async recordCheckpoint(step: number, path: string, thinned: readonly number[] = []): Promise<void> {
    this.checkpoints.add(step);
    const gone = thinned.length === 0 ? {} : { thinned: [...thinned] };
    await this.record({ type: 'checkpoint', step, path, ...gone });
  }

  private async record(fact: Fact<RunEvent>): Promise<void> {
    // Readers distinguish facts by their types: every stored fact is one that every reader of this version knows.
    if (!eventTypes.includes(fact.type)) throw new UnknownFact(fact.type);
    // As it will be read again: a number that is not finite becomes null.
    const stored = JSON.parse(JSON.stringify(stamped(fact, this.stamp()))) as RunEvent;
    orFail(await this.writer.appendEvent(stored)());
    this.facts = addEvent(this.facts, stored);
    this.onItem?.(stored);
  }

  private stamp(): Stamp {
    return {
      runId: this.writer.record.runId,
      seq: this.facts.lastSeq + 1,
      time: this.now().toISOString(),
    };
  }

  private failure(message: string): Fact<EndedEvent> {
    const { step, started, metrics, stepMemorized, stepGeneralized } = this.facts;
    const before = this.resumption?.point?.progress.elapsedMs ?? 0;
    const sinceMs = started === null ? 0 : Math.max(0, this.now().getTime() - Date.parse(started.time));
    return {
      type: 'ended',
      reason: 'failed',
      step,
      elapsedMs: before + sinceMs,
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

/** The prefix of the names of float64 values in a checkpoint's file of optimizer state. */
export const EXACT_PREFIX = 'float64 ';

function optimizerTensors({ optimizer, exact }: Snapshot): Tensors | undefined {
  if (!optimizer) return undefined;
  const doubles = (exact ?? []).map(({ name, shape, data }): [string, Tensor] => [
    EXACT_PREFIX + name,
    { dtype: 'F64', shape, data },
  ]);
  return { ...byName(optimizer), ...Object.fromEntries(doubles) };
}

/** Returns tensors by name, as files hold them. */
export function byName(tensors: readonly NamedTensor[]): Tensors {
  return Object.fromEntries(tensors.map(({ name, shape, data }) => [name, { dtype: 'F32', shape, data }]));
}

function orFail<T>(result: E.Either<StoreError, T>): T {
  if (E.isLeft(result)) throw new StoreFailure(result.left);
  return result.right;
}
