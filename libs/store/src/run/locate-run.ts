import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { renewFile } from '../disk/files.js';
import { acquireLock, freeAt } from '../lock/lock.js';
import type { HeldLock, LockHolder } from '../lock/lock.js';
import { decodeRunId } from './run-id.js';
import { EVENTS_FILE, readRunRecord } from './run-record.js';
import type { RunRecord } from './run-record.js';

/** A run that exists. */
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
 * Takes a located run's lock, so that no other process writes it meanwhile; `RunHeld` if one does. Only for a located
 * run: the lock is a file, and would otherwise be written into a folder that is not a run's.
 */
export async function holdRun({ record, folder }: LocatedRun): Promise<E.Either<StoreError, HeldLock>> {
  const lock = await takeRun(folder);
  if ('release' in lock) return E.right(lock);
  const free = freeAt(lock);
  return E.left({
    ...{ _tag: 'RunHeld', runId: record.runId, holder: lock },
    ...(free === undefined ? {} : { freeAt: free }),
  });
}

/**
 * Like `holdRun`, for a folder. If the former holder may still be running elsewhere, the run gets a new events file
 * with the same content: anything the former holder still writes goes into its open file, which no longer belongs to
 * the run.
 */
export async function takeRun(folder: string): Promise<HeldLock | LockHolder> {
  const lock = await acquireLock(folder);
  if (!('release' in lock) || !lock.mayHaveRival) return lock;
  try {
    await renewFile(join(folder, EVENTS_FILE));
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') {
      // Not released: once this process is gone, the next one sees in the lock that this is still to be done.
      lock.detach();
      throw thrown;
    }
  }
  return lock;
}
