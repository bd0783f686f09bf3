import { join, resolve } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { diskFailure } from '../errors.js';
import type { StoreError } from '../errors.js';
import { takeRun } from './locate-run.js';
import { holderLife, readLock } from '../lock/lock.js';
import { runFolders } from './stray-runs.js';

/**
 * Removes the locks of dead processes on this host, so that their runs show as `interrupted` and can be resumed;
 * returns those runs. A run that is merely silent keeps its lock: it may revive.
 */
export function reconcileRuns(runsDir: string): TE.TaskEither<StoreError, readonly string[]> {
  const root = resolve(runsDir);
  return TE.tryCatch(
    async () => {
      const freed: string[] = [];
      for (const runId of (await runFolders(root)).named) {
        const folder = join(root, runId);
        const holder = await readLock(folder);
        if (holder === undefined || holderLife(holder) !== 'dead') continue;
        // Taken and released: a process that resumes the run at this moment keeps it.
        const lock = await takeRun(folder);
        if (!('release' in lock)) continue;
        await lock.release();
        freed.push(runId);
      }
      return freed;
    },
    diskFailure('look after the runs in', root),
  );
}
