import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RunSpec } from '@grokscope/schema';
import { diskFailure, errorCode } from './errors.js';
import type { StoreError } from './errors.js';

/** Sizes of lines and headers as runs have them, rounded up. */
const METRICS_BYTES = 400;
const PROGRESS_BYTES = 4000;
const CHECKPOINT_OVERHEAD_BYTES = 16_384;
const BYTES_PER_NUMBER = 4;

/** What decides how much a run writes. */
export interface RunSize {
  readonly spec: RunSpec;
  readonly parameterCount: number;
  /** Numbers the optimizer keeps for each parameter; two for AdamW. */
  readonly optimizerCopies?: number;
  /** The step it starts at. */
  readonly fromStep?: number;
}

/** About how many bytes a run will write, from its first step or from `fromStep` to its last: rather too many. */
export function estimateRunBytes({
  spec,
  parameterCount,
  optimizerCopies = 2,
  fromStep = 0,
}: RunSize): number {
  const { metricsEvery, progressEvery, checkpointEvery } = spec.observe;
  const left = Math.max(0, spec.training.steps - fromStep);
  const times = (every: number): number => Math.ceil(left / every) + 1;
  const checkpoint = parameterCount * (1 + optimizerCopies) * BYTES_PER_NUMBER + CHECKPOINT_OVERHEAD_BYTES;
  return (
    times(checkpointEvery) * checkpoint +
    times(metricsEvery) * METRICS_BYTES +
    times(progressEvery) * PROGRESS_BYTES
  );
}

/**
 * Compares what a run will write with what is free where `runsDir` is or will be. Errors: `DiskTooSmall`,
 * `DiskFailure`.
 */
export function checkDiskSpace(runsDir: string, size: RunSize): TE.TaskEither<StoreError, void> {
  return async () => {
    const path = resolve(runsDir);
    const neededBytes = estimateRunBytes(size);
    try {
      const freeBytes = await freeBytesAt(path);
      return neededBytes > freeBytes
        ? E.left({ _tag: 'DiskTooSmall', path, neededBytes, freeBytes })
        : E.right(undefined);
    } catch (thrown) {
      return E.left(diskFailure('measure the free space of', path)(thrown));
    }
  };
}

async function freeBytesAt(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (thrown) {
    const parent = dirname(path);
    if (errorCode(thrown) !== 'ENOENT' || parent === path) throw thrown;
    return freeBytesAt(parent);
  }
}
