import { mkdir, open, rm, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import type { RunEvent } from '@grokscope/schema';
import { writeCheckpointFiles } from './checkpoints.js';
import { diskFailure, errorCode } from './errors.js';
import type { StoreError } from './errors.js';
import { writeFileAtomic } from './files.js';
import { acquireLock } from './lock.js';
import { isRunId } from './run-id.js';
import type { RunRecord } from './run-record.js';
import { EVENTS_FILE, RUN_FILE } from './run-record.js';

/** The only writer of one run's folder. Calls must not overlap: await one before the next. */
export interface RunWriter {
  readonly record: RunRecord;
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** Appends one complete line; the `checkpoint` and `ended` events are on the disk when this resolves. */
  appendEvent(event: RunEvent): TE.TaskEither<StoreError, void>;
  /** Writes a checkpoint's weights, and its optimizer state beside it; answers the weights' path. */
  writeCheckpoint(step: number, weights: Tensors, optimizer?: Tensors): TE.TaskEither<StoreError, string>;
  /** Closes the files and gives up the lock. */
  close(): TE.TaskEither<StoreError, void>;
}

/**
 * Creates `runsDir/<runId>/` with its `run.json`, takes its lock and answers its writer.
 *
 * Errors: `InvalidRunId`, `RunExists` (or `RunHeld` where a living process writes it), `DiskFailure`.
 */
export function createRunFolder(runsDir: string, record: RunRecord): TE.TaskEither<StoreError, RunWriter> {
  return async () => {
    const { runId } = record;
    if (!isRunId(runId)) return { _tag: 'Left', left: { _tag: 'InvalidRunId', runId } };
    const folder = resolve(runsDir, runId);
    const opened = await TE.tryCatch(
      () => create(resolve(runsDir), folder, record),
      (thrown): StoreError => toStoreError(thrown, folder),
    )();
    return opened;
  };
}

async function create(runsDir: string, folder: string, record: RunRecord): Promise<RunWriter> {
  const { runId } = record;
  await mkdir(runsDir, { recursive: true });
  let fresh = true;
  try {
    await mkdir(folder);
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST') throw thrown;
    fresh = false;
  }
  const lock = await acquireLock(folder);
  if (!('release' in lock)) throw new Expected({ _tag: 'RunHeld', runId, holder: lock });
  try {
    if (!fresh) throw new Expected({ _tag: 'RunExists', runId, runsDir });
    await writeFileAtomic(join(folder, RUN_FILE), `${JSON.stringify(record, null, 2)}\n`);
    const events = await open(join(folder, EVENTS_FILE), 'a');
    return writerOf(record, folder, events, lock.release);
  } catch (thrown) {
    await lock.release();
    if (fresh) await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
}

function writerOf(
  record: RunRecord,
  folder: string,
  events: FileHandle,
  release: () => Promise<void>,
): RunWriter {
  const eventsPath = join(folder, EVENTS_FILE);
  let size = 0;
  const append = async (event: RunEvent): Promise<void> => {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      await events.appendFile(line);
      if (event.type === 'checkpoint' || event.type === 'ended') await events.datasync();
      size += line.length;
    } catch (thrown) {
      // Half a line (a full disk) would spoil the next one.
      await truncate(eventsPath, size).catch(() => undefined);
      throw thrown;
    }
  };
  return {
    record,
    folder,
    appendEvent: (event) => TE.tryCatch(() => append(event), diskFailure('write', eventsPath)),
    writeCheckpoint: (step, weights, optimizer) =>
      TE.tryCatch(
        () =>
          writeCheckpointFiles(folder, { runId: record.runId, step, spec: record.spec }, weights, optimizer),
        diskFailure('write a checkpoint in', folder),
      ),
    close: () =>
      TE.tryCatch(
        async () => {
          await events.close();
          await release();
        },
        diskFailure('close', eventsPath),
      ),
  };
}

/** Carries an expected error out of nested awaits; it never leaves this file. */
class Expected extends Error {
  constructor(readonly error: StoreError) {
    super(error._tag);
  }
}

function toStoreError(thrown: unknown, folder: string): StoreError {
  return thrown instanceof Expected ? thrown.error : diskFailure('create', folder)(thrown);
}
