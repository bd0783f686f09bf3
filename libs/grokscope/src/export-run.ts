import * as E from 'fp-ts/lib/Either.js';
import { encodeCsv, encodeParquet, encodeTensorboard } from '@grokscope/formats';
import { builtInMeasures } from '@grokscope/interpret';
import type { CheckpointFile, RunReader, StoreError } from '@grokscope/store';
import { eventScalars, eventTable } from '@grokscope/store';
import type { RunEvent } from '@grokscope/schema';

/** The formats a run is exported to. */
export const runFormats = ['csv', 'parquet', 'safetensors', 'tensorboard'] as const;
export type RunFormat = (typeof runFormats)[number];

/** A run in another tool's format, whole in memory. */
export interface RunExport {
  /** A name for the file. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * One run in one format: its numbers, or the weights of its newest good checkpoint (or of the one at `step`, which must
 * be good). Errors: those of reading events and checkpoints.
 */
export async function exportRun(
  run: RunReader,
  format: RunFormat,
  step: number | 'newest' = 'newest',
): Promise<E.Either<StoreError, RunExport>> {
  if (format === 'safetensors') return weights(run, step);
  const events = await run.readEvents()();
  return E.isLeft(events) ? events : E.right(numbers(run, format, events.right));
}

function numbers(
  { record: { runId, createdAt } }: RunReader,
  format: Exclude<RunFormat, 'safetensors'>,
  events: readonly RunEvent[],
): RunExport {
  switch (format) {
    case 'csv':
      return {
        name: `${runId}-metrics.csv`,
        mediaType: 'text/csv; charset=utf-8',
        bytes: encodeCsv(eventTable(events, builtInMeasures)),
      };
    case 'parquet':
      return {
        name: `${runId}-metrics.parquet`,
        mediaType: 'application/vnd.apache.parquet',
        bytes: encodeParquet(eventTable(events, builtInMeasures)),
      };
    case 'tensorboard':
      return {
        // TensorBoard knows a file of events by `tfevents` in its name.
        name: `events.out.tfevents.${Math.floor(Date.parse(createdAt) / 1000)}.${runId}`,
        mediaType: 'application/octet-stream',
        bytes: encodeTensorboard(eventScalars(events, builtInMeasures)),
      };
    default:
      return format satisfies never;
  }
}

async function weights(run: RunReader, step: number | 'newest'): Promise<E.Either<StoreError, RunExport>> {
  const file = step === 'newest' ? await newestGood(run) : await goodAt(run, step);
  return E.map(({ bytes, step: of }: CheckpointFile) => ({
    name: `${run.record.runId}-step-${of}.safetensors`,
    mediaType: 'application/octet-stream',
    bytes,
  }))(file);
}

async function newestGood(run: RunReader): Promise<E.Either<StoreError, CheckpointFile>> {
  const steps = await run.checkpointSteps()();
  if (E.isLeft(steps)) return steps;
  let newest: E.Either<StoreError, CheckpointFile> | undefined;
  for (const step of steps.right.toReversed()) {
    const file = await goodAt(run, step);
    if (E.isRight(file) || file.left._tag !== 'MalformedCheckpoint') return file;
    newest ??= file;
  }
  return newest ?? run.readCheckpointFile('newest')();
}

/** The weights of a step, decoded once so that a damaged file is refused rather than handed on. */
async function goodAt(run: RunReader, step: number): Promise<E.Either<StoreError, CheckpointFile>> {
  const checkpoint = await run.readCheckpoint(step)();
  return E.isLeft(checkpoint) ? checkpoint : run.readCheckpointFile(checkpoint.right.step)();
}
