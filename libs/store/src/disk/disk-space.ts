import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RunSpec } from '@grokscope/schema';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { RESUMABLE_CHECKPOINTS, mostCheckpoints } from '../checkpoints/thin-checkpoints.js';

/** Typical sizes of lines and headers, rounded up. */
const METRICS_BYTES = 400;
const PROGRESS_BYTES = 4000;
const CHECKPOINT_OVERHEAD_BYTES = 16_384;
const BYTES_PER_NUMBER = 4;
const BYTES_PER_EXACT_NUMBER = 8;

/** The facts that determine how much a run writes. */
export interface RunSize {
  readonly spec: RunSpec;
  readonly parameterCount: number;
  /** Numbers that the optimizer keeps; default: two for each parameter, as AdamW does. */
  readonly optimizerCount?: number;
  /**
   * Whether the engine computes in float64, in which case checkpoints keep a float64 copy beside the float32 values.
   */
  readonly isExact?: boolean;
  /** Whether all checkpoints are kept. */
  readonly keepAllCheckpoints?: boolean;
  /** The step it starts at. */
  readonly fromStep?: number;
}

/**
 * An upper estimate of the bytes that a run writes, from its first step or from `fromStep` to its last. A new
 * checkpoint is written before old ones are deleted.
 */
export function estimateRunBytes({
  spec,
  parameterCount,
  optimizerCount = 2 * parameterCount,
  isExact = false,
  keepAllCheckpoints = false,
  fromStep = 0,
}: RunSize): number {
  const { metricsEvery, progressEvery, checkpointEvery } = spec.observe;
  const left = Math.max(0, spec.training.steps - fromStep);
  const times = (every: number): number => Math.ceil(left / every) + 1;
  const weights = parameterCount * BYTES_PER_NUMBER + CHECKPOINT_OVERHEAD_BYTES;
  const exact = isExact ? (parameterCount + optimizerCount) * BYTES_PER_EXACT_NUMBER : 0;
  const state = optimizerCount * BYTES_PER_NUMBER + exact + CHECKPOINT_OVERHEAD_BYTES;
  const written = times(checkpointEvery);
  const most = keepAllCheckpoints ? written : mostCheckpoints(weights) + RESUMABLE_CHECKPOINTS + 1;
  return (
    Math.min(written, most) * weights +
    Math.min(written, keepAllCheckpoints ? written : RESUMABLE_CHECKPOINTS + 1) * state +
    times(metricsEvery) * METRICS_BYTES +
    times(progressEvery) * PROGRESS_BYTES
  );
}

/**
 * Compares what a run will write with the free space where `runsDir` is or will be. Errors: `DiskTooSmall`,
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
