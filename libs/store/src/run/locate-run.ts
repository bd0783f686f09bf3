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
  const lock = await takeRun(folder);
  if ('release' in lock) return E.right(lock);
  const free = freeAt(lock);
  return E.left({
    ...{ _tag: 'RunHeld', runId: record.runId, holder: lock },
    ...(free === undefined ? {} : { freeAt: free }),
  });
}

/**
 * As `holdRun`, of a folder. Where the one who had the run may still be running elsewhere, the run gets another events
 * file with the same content: what that one still writes into the file it has open is not the run's.
 */
export async function takeRun(folder: string): Promise<HeldLock | LockHolder> {
  const lock = await acquireLock(folder);
  if (!('release' in lock) || !lock.mayHaveRival) return lock;
  try {
    await renewFile(join(folder, EVENTS_FILE));
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') {
      // Not released: the next one, once this process is gone, reads in the lock that this is still to be done.
      lock.detach();
      throw thrown;
    }
  }
  return lock;
}
