import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Tensors } from '@grokscope/formats';
import { encodeSafetensors } from '@grokscope/formats';
import type { RunProgress, RunSpec, SettingChange } from '@grokscope/schema';
import { isAsSpecified } from '@grokscope/schema';
import { encodeManifest, readManifest, readTensorFile, sumOf } from './checkpoint-manifest.js';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { writeFileAtomic } from '../disk/files.js';
import type { RunOrigin } from '../run/provenance-of.js';
import { CHECKPOINTS_FOLDER } from '../run/run-record.js';

/** The description of a checkpoint in the file's `__metadata__`. */
export interface CheckpointIdentity {
  readonly runId: string;
  /** The weights are those after `step` updates. */
  readonly step: number;
  readonly spec: RunSpec;
  readonly origin: RunOrigin;
}

/** What a run is resumed with besides its weights. */
export interface KeptState {
  /** Every state of the optimizer, by name. */
  readonly optimizer?: Tensors;
  readonly progress?: RunProgress;
  /** Settings changed up to this point. */
  readonly changes?: readonly SettingChange[];
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

/** The file of a checkpoint's manifest, beside its weights. */
export function manifestFileName(step: number): string {
  return checkpointFileName(step).replace(/\.safetensors$/, '.json');
}

/**
 * Writes one checkpoint of the run in `folder` and returns the path of its weights.
 *
 * The weights are written last: if they exist, the optimizer's state and the manifest do too. Anything that shaped the
 * run besides its spec is in the metadata, as `provenance` (JSON). `mayWrite` is called before each file takes its
 * place.
 */
export async function writeCheckpointFiles(
  folder: string,
  { runId, step, spec, origin }: CheckpointIdentity,
  weights: Tensors,
  { optimizer, progress, changes = [] }: KeptState = {},
  mayWrite?: () => Promise<void>,
): Promise<string> {
  const shaped = { ...origin, changes: changes.filter((change) => change.path !== 'training.steps') };
  const isPlain = origin.rewrites && isAsSpecified({ spec, ...shaped });
  const metadata = {
    ...{ spec: JSON.stringify(spec), step: String(step), runId },
    ...(isPlain ? {} : { provenance: JSON.stringify(shaped) }),
  };
  const checkpoints = join(folder, CHECKPOINTS_FOLDER);
  // Not `recursive`: a folder that was moved away must not be created again at its old place.
  await mkdir(checkpoints).catch((thrown: unknown) => {
    if (errorCode(thrown) !== 'EEXIST') throw thrown;
  });
  const weightBytes = encodeSafetensors(weights, metadata);
  const optimizerBytes = optimizer && encodeSafetensors(optimizer, metadata);
  if (optimizerBytes) {
    await writeFileAtomic(join(checkpoints, optimizerFileName(step)), optimizerBytes, mayWrite);
  }
  const manifest = encodeManifest({
    format: 1,
    runId,
    step,
    weights: sumOf(weightBytes),
    optimizer: optimizerBytes ? sumOf(optimizerBytes) : null,
    progress: progress ?? null,
  });
  await writeFileAtomic(join(checkpoints, manifestFileName(step)), manifest, mayWrite);
  const path = join(checkpoints, checkpointFileName(step));
  await writeFileAtomic(path, weightBytes, mayWrite);
  return path;
}

/** The steps with a complete checkpoint, ascending; empty if the run has no checkpoint yet. */
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

/** Reads the checkpoint of `step`, or the newest one, of the run in `folder`; a modified file is refused. */
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
    const manifest = await readManifest(join(path, manifestFileName(found)));
    if (E.isLeft(manifest)) return manifest;
    const bytes = await readTensorFile(file, manifest.right?.weights);
    return E.isLeft(bytes) ? bytes : E.right({ step: found, path: file, bytes: bytes.right });
  } catch (thrown) {
    return E.left(diskFailure('read a checkpoint in', path)(thrown));
  }
}
