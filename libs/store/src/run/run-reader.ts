import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { SafetensorsFile } from '@grokscope/formats';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import type { RunEvent } from '@grokscope/schema';
import type { CheckpointFile } from '../checkpoints/checkpoints.js';
import { checkpointSteps, readCheckpointFile } from '../checkpoints/checkpoints.js';
import { diskFailure } from '../errors.js';
import type { StoreError } from '../errors.js';
import { MalformedLine } from '../events/event-lines.js';
import { locateRun } from './locate-run.js';
import type { LocatedRun } from './locate-run.js';
import { readEventsAfter } from '../events/read-events.js';
import type { RunRecord } from './run-record.js';
import { EVENTS_FILE } from './run-record.js';
import { tailEvents } from '../events/tail-events.js';

/** A checkpoint read and decoded. */
export interface Checkpoint extends SafetensorsFile {
  readonly step: number;
  readonly path: string;
}

/** Reads one run, whichever process writes it. */
export interface RunReader {
  readonly record: RunRecord;
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** The events after seq `since` (default: all). A torn last line is left out. */
  readEvents(since?: number): TE.TaskEither<StoreError, readonly RunEvent[]>;
  /** See `tailEvents`. */
  tailEvents(options?: { since?: number; signal?: AbortSignal }): AsyncGenerator<readonly RunEvent[], void>;
  /** Steps that have a checkpoint, ascending. */
  checkpointSteps(): TE.TaskEither<StoreError, readonly number[]>;
  /** A checkpoint's safetensors bytes. */
  readCheckpointFile(step: number | 'newest'): TE.TaskEither<StoreError, CheckpointFile>;
  /** A checkpoint's weights. */
  readCheckpoint(step: number | 'newest'): TE.TaskEither<StoreError, Checkpoint>;
}

/** Opens a run of `runsDir` for reading. Errors: `InvalidRunId`, `RunNotFound`, `MalformedRun`, `DiskFailure`. */
export function openRun(runsDir: string, runId: string): TE.TaskEither<StoreError, RunReader> {
  return async () => {
    const found = await locateRun(runsDir, runId);
    return E.isLeft(found) ? found : E.right(readerOf(found.right));
  };
}

function readerOf({ record, folder }: LocatedRun): RunReader {
  const eventsPath = join(folder, EVENTS_FILE);
  const readFileOfCheckpoint =
    (step: number | 'newest'): TE.TaskEither<StoreError, CheckpointFile> =>
    () =>
      readCheckpointFile(folder, record.runId, step);
  return {
    record,
    folder,
    readEvents: (since = -1) =>
      TE.tryCatch(
        () => readEventsAfter(folder, since),
        (thrown) => readFailure(eventsPath, thrown),
      ),
    tailEvents: (options = {}) => tailEvents(folder, options),
    checkpointSteps: () =>
      TE.tryCatch(() => checkpointSteps(folder), diskFailure('list the checkpoints in', folder)),
    readCheckpointFile: readFileOfCheckpoint,
    readCheckpoint: (step) => TE.chainEitherK(decodeCheckpoint)(readFileOfCheckpoint(step)),
  };
}

function decodeCheckpoint({ step, path, bytes }: CheckpointFile): E.Either<StoreError, Checkpoint> {
  const decoded = decodeSafetensors(bytes);
  return E.isLeft(decoded)
    ? E.left({ _tag: 'MalformedCheckpoint', path, message: formatFormatError(decoded.left) })
    : E.right({ step, path, ...decoded.right });
}

/** Names the line if it is known; every other error is the disk's. */
export function readFailure(path: string, thrown: unknown): StoreError {
  return thrown instanceof MalformedLine
    ? { _tag: 'MalformedRun', path, line: thrown.line, message: thrown.message }
    : diskFailure('read', path)(thrown);
}
