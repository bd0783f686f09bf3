import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { PruneReport } from '@grokscope/schema';
import {
  checkpointFileName,
  checkpointSteps,
  manifestFileName,
  optimizerFileName,
} from '../checkpoints/checkpoints.js';
import { diskFailure } from '../errors.js';
import type { StoreError } from '../errors.js';
import { MalformedLine } from '../events/event-lines.js';
import { whyNotCovered } from '../events/covered-steps.js';
import { locateRun, holdRun } from './locate-run.js';
import type { LocatedRun } from './locate-run.js';
import { newestResumePoint } from '../checkpoints/resume-point.js';
import { readHistory } from '../events/run-history.js';
import { readFailure } from './run-reader.js';
import { CHECKPOINTS_FOLDER, EVENTS_FILE } from './run-record.js';
import { assertHeld } from '../lock/while-locked.js';

/** Which checkpoints stay; a checkpoint stays if any rule keeps it. */
export interface PrunePolicy {
  /** The newest ones, this many; at least 1. */
  readonly keepLast: number;
  /** Those at multiples of this many steps. */
  readonly keepEvery?: number;
}

/**
 * Deletes the checkpoints of a run that the policy does not keep. The newest, and the newest that the run can continue
 * from, always stay. `dryRun` deletes nothing.
 *
 * Errors: those of `openRun`; `RunHeld` if a process writes the run; `MalformedRun` if its events are damaged, so that
 * the checkpoint it can continue from is unknown; `DiskFailure`.
 */
export function pruneCheckpoints(
  runsDir: string,
  runId: string,
  policy: PrunePolicy,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): TE.TaskEither<StoreError, PruneReport> {
  return async () => {
    const found = await locateRun(runsDir, runId);
    if (E.isLeft(found)) return found;
    const { folder } = found.right;
    try {
      // Held meanwhile, so that no resumption begins from a checkpoint that is being deleted.
      const lock = await holdRun(found.right);
      if (E.isLeft(lock)) return lock;
      try {
        return E.right({
          runId,
          ...(await prune(found.right, policy, dryRun, () => assertHeld(lock.right))),
        });
      } finally {
        await lock.right.release();
      }
    } catch (thrown) {
      return E.left(
        thrown instanceof MalformedLine
          ? readFailure(join(folder, EVENTS_FILE), thrown)
          : diskFailure('prune the checkpoints of', folder)(thrown),
      );
    }
  };
}

async function prune(
  { folder, record: { spec } }: LocatedRun,
  policy: PrunePolicy,
  dryRun: boolean,
  mayDelete: () => Promise<void>,
): Promise<Omit<PruneReport, 'runId'>> {
  const steps = await checkpointSteps(folder);
  const history = await readHistory(folder);
  // The very one that a resumption would choose.
  const { point } = await newestResumePoint(folder, ({ step, progress }) =>
    whyNotCovered(history, spec.observe, step, progress),
  );
  const isKept = keptBy(policy, steps, point?.step);
  const removed = steps.filter((step) => !isKept(step));
  const checkpoints = join(folder, CHECKPOINTS_FOLDER);
  let freedBytes = 0;
  for (const step of removed) {
    if (!dryRun) await mayDelete();
    // The weights are deleted first: if they exist, the whole checkpoint must.
    for (const name of [checkpointFileName(step), optimizerFileName(step), manifestFileName(step)]) {
      freedBytes += await removeFile(join(checkpoints, name), dryRun);
    }
  }
  return { kept: steps.filter(isKept), removed, freedBytes };
}

function keptBy(
  { keepLast, keepEvery }: PrunePolicy,
  steps: readonly number[],
  resumable: number | undefined,
): (step: number) => boolean {
  const kept = new Set(steps.slice(-Math.max(1, keepLast)));
  if (resumable !== undefined) kept.add(resumable);
  return (step) => kept.has(step) || (keepEvery !== undefined && step % keepEvery === 0);
}

/** The size of the file; 0 if there is none. */
async function removeFile(path: string, dryRun: boolean): Promise<number> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (!dryRun) await rm(path, { force: true });
  return size;
}
