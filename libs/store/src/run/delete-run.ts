import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { diskFailure } from '../errors.js';
import type { StoreError } from '../errors.js';
import { writerOfRun } from './held.js';
import { acquireLock, holderLife, isSilent } from '../lock/lock.js';
import { decodeRunId } from './run-id.js';
import { readRunRecord } from './run-record.js';

/**
 * Deletes a run's folder with everything in it; a run that a process writes is refused (`RunHeld`). A holder on another
 * host counts as writing until it is stale.
 *
 * The folder is renamed first, so that it leaves the list at once and a half-deleted run is never seen.
 */
export function deleteRun(runsDir: string, runId: string): TE.TaskEither<StoreError, void> {
  return async () => {
    const id = decodeRunId(runId);
    if (E.isLeft(id)) return id;
    const record = await readRunRecord(resolve(runsDir), runId);
    if (E.isLeft(record) && record.left._tag === 'RunNotFound') return record;
    const folder = resolve(runsDir, runId);
    try {
      const holder = await writerOfRun(folder);
      if (holder !== undefined) return E.left({ _tag: 'RunHeld', runId, holder });
      return await removeFolder(runsDir, runId, folder);
    } catch (thrown) {
      return E.left(diskFailure('delete', folder)(thrown));
    }
  };
}

async function removeFolder(
  runsDir: string,
  runId: string,
  folder: string,
): Promise<E.Either<StoreError, void>> {
  const aside = join(resolve(runsDir), `.deleted-${runId}`);
  await rm(aside, { recursive: true, force: true });
  // Locked, so that no process resumes the run while it is being moved away.
  const lock = await acquireLock(folder);
  if ('release' in lock) lock.detach();
  else if (holderLife(lock) === 'alive' || !isSilent(lock))
    return E.left({ _tag: 'RunHeld', runId, holder: lock });
  try {
    await rename(folder, aside);
  } catch (thrown) {
    if ('release' in lock) await lock.release();
    throw thrown;
  }
  await rm(aside, { recursive: true, force: true });
  return E.right(undefined);
}
