import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { encodeManifest, readManifest } from './checkpoint-manifest.js';
import { checkpointFileName, checkpointSteps, manifestFileName, optimizerFileName } from './checkpoints.js';
import { writeFileAtomic } from '../disk/files.js';
import { CHECKPOINTS_FOLDER } from '../run/run-record.js';

/*
 * Without thinning, the disk space of a run grows without end: for a small network, a checkpoint every 50 steps exceeds
 * all other files. So each new checkpoint thins out those before it. The run can still continue from exactly where it
 * was, from either of the newest two, and the remaining weights are spread evenly over its steps.
 */

/**
 * The most checkpoints of a run that stay, and the bytes that their weights may take (except for a few very large
 * ones).
 */
export const MOST_CHECKPOINTS = 64;
const MOST_BYTES = 512 << 20;
const FEWEST_CHECKPOINTS = 8;
/** Checkpoints that keep the optimizer's state: the second is for the case that the newest is damaged. */
export const RESUMABLE_CHECKPOINTS = 2;

/** How many checkpoints stay for a run whose weights take this many bytes. */
export function mostCheckpoints(weightBytes: number): number {
  const fitting = Math.floor(MOST_BYTES / Math.max(1, weightBytes));
  return Math.min(MOST_CHECKPOINTS, Math.max(FEWEST_CHECKPOINTS, fitting));
}

/**
 * Of these steps, those whose weights stay. While at most `most` multiples of `every` lie behind a run, all stay if
 * they are at most `most`; after that, besides the newest two, those at multiples of `every`, or of the smallest of
 * twice, four times, … that interval of which at most `most` lie behind it.
 */
export function keptSteps(steps: readonly number[], every: number, most: number): ReadonlySet<number> {
  const newest = steps.at(-1) ?? 0;
  let stride = every;
  while (Math.floor(newest / stride) > most) stride *= 2;
  if (stride === every && steps.length <= most) return new Set(steps);
  return new Set([...steps.filter((step) => step % stride === 0), ...steps.slice(-RESUMABLE_CHECKPOINTS)]);
}

/**
 * The steps up to `step` whose weights `thinCheckpoints` is to delete: those the run in `folder` has and does not keep.
 */
export async function stepsToThin(
  folder: string,
  step: number,
  every: number,
  weightBytes: number,
): Promise<readonly number[]> {
  const steps = (await checkpointSteps(folder)).filter((other) => other <= step);
  const kept = keptSteps(steps, every, mostCheckpoints(weightBytes));
  return steps.filter((other) => !kept.has(other));
}

/**
 * Deletes the checkpoints of the given steps, and the optimizer's state of all except the newest two up to `step`. A
 * file that cannot be deleted now (on Windows, while another program reads it) stays until the next time.
 */
export async function thinCheckpoints(
  folder: string,
  step: number,
  deleted: readonly number[],
): Promise<void> {
  const checkpoints = join(folder, CHECKPOINTS_FOLDER);
  for (const old of deleted) {
    // The weights are deleted first: if they exist, the whole checkpoint must.
    for (const name of [checkpointFileName(old), optimizerFileName(old), manifestFileName(old)]) {
      await removeIfPossible(join(checkpoints, name));
    }
  }
  const names = new Set(await readdir(checkpoints));
  const steps = (await checkpointSteps(folder)).filter(
    (other) => other <= step && names.has(optimizerFileName(other)),
  );
  for (const old of steps.slice(0, -RESUMABLE_CHECKPOINTS)) await keepWeightsOnly(checkpoints, old);
}

/** The manifest is updated first: a process that dies in between leaves a file that nothing refers to. */
async function keepWeightsOnly(checkpoints: string, step: number): Promise<void> {
  const path = join(checkpoints, manifestFileName(step));
  const manifest = await readManifest(path);
  if (E.isLeft(manifest)) return;
  if (manifest.right && manifest.right.optimizer !== null) {
    await writeFileAtomic(path, encodeManifest({ ...manifest.right, optimizer: null }));
  }
  await removeIfPossible(join(checkpoints, optimizerFileName(step)));
}

async function removeIfPossible(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
