import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { StoreError } from './errors.js';
import { acquireLock } from './lock.js';
import type { HeldLock } from './lock.js';
import { decodeRunId } from './run-id.js';
import { readRunRecord } from './run-record.js';
import type { RunRecord } from './run-record.js';

/** A run that is there. */
export interface LocatedRun {
  readonly record: RunRecord;
  /** Absolute path of the run's folder. */
  readonly folder: string;
}

/** Locates a run of `runsDir`. Errors: `InvalidRunId`, `RunNotFound`, `MalformedRun`, `DiskFailure`. */
export async function locateRun(runsDir: string, runId: string): Promise<E.Either<StoreError, LocatedRun>> {
  const id = decodeRunId(runId);
  if (E.isLeft(id)) return id;
  const record = await readRunRecord(resolve(runsDir), runId);
  return E.isLeft(record) ? record : E.right({ record: record.right, folder: resolve(runsDir, runId) });
}

/**
 * Takes a located run's lock, so that no other process writes it meanwhile; `RunHeld` where one does. To be asked only
 * of a run that was located: the lock is a file, and would be written into a folder that is none of ours.
 */
export async function holdRun({ record, folder }: LocatedRun): Promise<E.Either<StoreError, HeldLock>> {
  const lock = await acquireLock(folder);
  return 'release' in lock ? E.right(lock) : E.left({ _tag: 'RunHeld', runId: record.runId, holder: lock });
}
