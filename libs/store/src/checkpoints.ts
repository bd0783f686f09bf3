import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Tensors } from '@grokscope/formats';
import { encodeSafetensors } from '@grokscope/formats';
import type { RunSpec } from '@grokscope/schema';
import { diskFailure, errorCode } from './errors.js';
import type { StoreError } from './errors.js';
import { writeFileAtomic } from './files.js';
import { CHECKPOINTS_FOLDER } from './run-record.js';

/** What a checkpoint says of itself, in the file's `__metadata__`. */
export interface CheckpointIdentity {
  readonly runId: string;
  /** The weights are those after `step` updates. */
  readonly step: number;
  readonly spec: RunSpec;
}

const WEIGHTS_FILE = /^step-(\d{8,})\.safetensors$/;

/** `step-00001200.safetensors`: sorted by name is sorted by step. */
export function checkpointFileName(step: number): string {
  return `step-${String(step).padStart(8, '0')}.safetensors`;
}

/** The file of a checkpoint's optimizer state, beside its weights. */
export function optimizerFileName(step: number): string {
  return checkpointFileName(step).replace(/\.safetensors$/, '.optimizer.safetensors');
}

/**
 * Writes one checkpoint of the run in `folder` and answers the path of its weights.
 *
 * The optimizer's file goes first: weights that are there always have their optimizer state.
 */
export async function writeCheckpointFiles(
  folder: string,
  identity: CheckpointIdentity,
  weights: Tensors,
  optimizer: Tensors | undefined,
): Promise<string> {
  const metadata = {
    spec: JSON.stringify(identity.spec),
    step: String(identity.step),
    runId: identity.runId,
  };
  const checkpoints = join(folder, CHECKPOINTS_FOLDER);
  await mkdir(checkpoints, { recursive: true });
  if (optimizer !== undefined) {
    const path = join(checkpoints, optimizerFileName(identity.step));
    await writeFileAtomic(path, encodeSafetensors(optimizer, metadata));
  }
  const path = join(checkpoints, checkpointFileName(identity.step));
  await writeFileAtomic(path, encodeSafetensors(weights, metadata));
  return path;
}

/** The steps with a complete checkpoint, ascending; none where the run has no checkpoint yet. */
export async function checkpointSteps(folder: string): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(join(folder, CHECKPOINTS_FOLDER));
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
  return names
    .flatMap((name) => WEIGHTS_FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** One checkpoint's weights as its file's bytes (safetensors). */
export interface CheckpointFile {
  readonly step: number;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads the checkpoint of `step`, or the newest one, of the run in `folder`. */
export async function readCheckpointFile(
  folder: string,
  runId: string,
  step: number | 'newest',
): Promise<E.Either<StoreError, CheckpointFile>> {
  const path = join(folder, CHECKPOINTS_FOLDER);
  try {
    const available = await checkpointSteps(folder);
    const found = step === 'newest' ? available.at(-1) : available.find((other) => other === step);
    if (found === undefined) return E.left({ _tag: 'CheckpointNotFound', runId, step, available });
    const file = join(path, checkpointFileName(found));
    return E.right({ step: found, path: file, bytes: await readFile(file) });
  } catch (thrown) {
    return E.left(diskFailure('read a checkpoint in', path)(thrown));
  }
}
