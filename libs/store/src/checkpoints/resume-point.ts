import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Tensors } from '@grokscope/formats';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import type { RunProgress } from '@grokscope/schema';
import type { FileSum } from './checkpoint-manifest.js';
import { readManifest, readTensorFile } from './checkpoint-manifest.js';
import { checkpointFileName, checkpointSteps, manifestFileName, optimizerFileName } from './checkpoints.js';
import { diskFailure } from '../errors.js';
import type { StoreError } from '../errors.js';
import { CHECKPOINTS_FOLDER } from '../run/run-record.js';

/** A checkpoint whose files are all intact: everything a run needs to continue. */
export interface ResumePoint {
  readonly step: number;
  readonly path: string;
  readonly weights: Tensors;
  readonly optimizer: Tensors;
  readonly progress: RunProgress;
}

/**
 * The newest intact checkpoint of the run in `folder`, and why each newer one was rejected. `whyNot` returns any
 * further fault of a checkpoint whose files are intact.
 */
export async function newestResumePoint(
  folder: string,
  whyNot: (point: ResumePoint) => string | undefined = () => undefined,
): Promise<{ readonly point: ResumePoint | undefined; readonly refused: readonly StoreError[] }> {
  const refused: StoreError[] = [];
  for (const step of (await checkpointSteps(folder)).reverse()) {
    const point = await readResumePoint(join(folder, CHECKPOINTS_FOLDER), step);
    if (E.isLeft(point)) {
      refused.push(point.left);
      continue;
    }
    const message = whyNot(point.right);
    if (message === undefined) return { point: point.right, refused };
    refused.push({ _tag: 'MalformedCheckpoint', path: point.right.path, message });
  }
  return { point: undefined, refused };
}

/** Whether the checkpoint of `step` exists and all its files are intact. */
export async function isGoodCheckpoint(folder: string, step: number): Promise<boolean> {
  return E.isRight(await readResumePoint(join(folder, CHECKPOINTS_FOLDER), step));
}

async function readResumePoint(
  checkpoints: string,
  step: number,
): Promise<E.Either<StoreError, ResumePoint>> {
  const manifestPath = join(checkpoints, manifestFileName(step));
  const malformed = (path: string, message: string): E.Either<StoreError, never> =>
    E.left({ _tag: 'MalformedCheckpoint', path, message });
  try {
    const read = await readManifest(manifestPath);
    if (E.isLeft(read)) return read;
    const manifest = read.right;
    const path = join(checkpoints, checkpointFileName(step));
    if (manifest === undefined || manifest.optimizer === null || manifest.progress === null) {
      return malformed(
        path,
        'has weights only, without the state of the optimizer: that of the newest two checkpoints is kept',
      );
    }
    if (manifest.step !== step) return malformed(manifestPath, `is that of step ${manifest.step}`);
    const weights = await readTensors(path, manifest.weights);
    if (E.isLeft(weights)) return weights;
    const optimizer = await readTensors(join(checkpoints, optimizerFileName(step)), manifest.optimizer);
    if (E.isLeft(optimizer)) return optimizer;
    const { progress } = manifest;
    return E.right({ step, path, weights: weights.right, optimizer: optimizer.right, progress });
  } catch (thrown) {
    return E.left(diskFailure('read the checkpoint', manifestPath)(thrown));
  }
}

async function readTensors(path: string, sum: FileSum): Promise<E.Either<StoreError, Tensors>> {
  const bytes = await readTensorFile(path, sum);
  if (E.isLeft(bytes)) return bytes;
  const decoded = decodeSafetensors(bytes.right);
  return E.isLeft(decoded)
    ? E.left({ _tag: 'MalformedCheckpoint', path, message: formatFormatError(decoded.left) })
    : E.right(decoded.right.tensors);
}
