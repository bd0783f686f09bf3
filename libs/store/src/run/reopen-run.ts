import { open, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { writeFileAtomic } from '../disk/files.js';
import { locateRun, holdRun } from './locate-run.js';
import type { LocatedRun } from './locate-run.js';
import { oldGuards } from '../lock/lock.js';
import type { HeldLock } from '../lock/lock.js';
import { FileTooLarge, MAX_TENSOR_FILE_BYTES, readRegularFile } from '../disk/read-within.js';
import { CHECKPOINTS_FOLDER, EVENTS_FILE, INITIAL_WEIGHTS_FILE, RUN_FILE } from './run-record.js';
import type { RunRecord } from './run-record.js';
import { encodeRunRecord } from './run-record.js';
import type { RunHistory } from '../events/run-history.js';
import { repairEvents } from '../events/run-history.js';
import { readFailure } from './run-reader.js';
import type { RunWriter } from './run-writer.js';
import { writerOf } from './run-writer.js';
import { assertHeld } from '../lock/while-locked.js';
import type { ResumePoint } from '../checkpoints/resume-point.js';
import { newestResumePoint } from '../checkpoints/resume-point.js';
import { whyNotCovered } from '../events/covered-steps.js';
import { whyAnotherRun, whyNotResumable } from './resumable.js';

/** A run's folder opened again for writing. */
export interface ReopenedRun {
  readonly writer: RunWriter;
  readonly history: RunHistory;
  /** The checkpoint to continue from; undefined if none is intact: then the run starts from its beginning. */
  readonly point: ResumePoint | undefined;
  /** Weights the run began with, if not its own. */
  readonly initial: Tensors | undefined;
  /** Newer checkpoints that were refused, newest first. They stay as they are until they are written again. */
  readonly refused: readonly StoreError[];
}

/**
 * Takes the lock of a run that is not being written, repairs a torn last line of its events, and finds the newest
 * checkpoint that is intact and that its events reach. `steps` changes `training.steps`, a total, in `run.json`.
 *
 * Errors: those of `openRun`; `RunHeld` with the process that writes it; `NotResumable` if it has nothing left to do,
 * or would no longer be the same run; `MalformedRun` if its events are damaged before their last line, or the weights
 * it began with are gone and needed; `DiskFailure`.
 */
export function reopenRunFolder(
  runsDir: string,
  runId: string,
  { steps }: { readonly steps?: number } = {},
): TE.TaskEither<StoreError, ReopenedRun> {
  return pipe(
    () => locateRun(runsDir, runId),
    TE.chain((run) =>
      pipe(
        TE.tryCatch(
          () => holdAndReopen(run, steps),
          (thrown) => readFailure(join(run.folder, EVENTS_FILE), thrown),
        ),
        TE.chain(TE.fromEither),
      ),
    ),
  );
}

/** Takes the run's lock and opens its folder; the lock is released unless that succeeds. */
async function holdAndReopen(
  run: LocatedRun,
  steps: number | undefined,
): Promise<E.Either<StoreError, ReopenedRun>> {
  const lock = await holdRun(run);
  if (E.isLeft(lock)) return lock;
  let opened: E.Either<StoreError, ReopenedRun> | undefined;
  try {
    opened = await reopen(run.folder, run.record, lock.right, steps);
    return opened;
  } finally {
    if (opened === undefined || E.isLeft(opened)) await lock.right.release();
  }
}

async function reopen(
  folder: string,
  before: RunRecord,
  lock: HeldLock,
  steps: number | undefined,
): Promise<E.Either<StoreError, ReopenedRun>> {
  const { runId, spec } = before;
  const { history, size } = await repairEvents(folder);
  const total = steps ?? spec.training.steps;
  const record =
    total === spec.training.steps
      ? before
      : { ...before, spec: { ...spec, training: { ...spec.training, steps: total } } };
  const why = whyNotResumable(history, total) ?? whyAnotherRun(history, record.spec);
  if (why !== undefined) return E.left({ _tag: 'NotResumable', runId, why });
  await removeTemporaryFiles(folder);
  const text = encodeRunRecord(record);
  if (text !== (await readFile(join(folder, RUN_FILE), 'utf8'))) {
    await writeFileAtomic(join(folder, RUN_FILE), text, () => assertHeld(lock));
  }
  const { point, refused } = await newestResumePoint(folder, ({ step, progress }) =>
    whyNotCovered(history, spec.observe, step, progress),
  );
  const found = await readInitialWeights(folder);
  if (E.isLeft(found)) return found;
  const initial = found.right;
  if (point === undefined && initial === undefined && before.initFrom !== undefined) {
    const message = `is missing: the run began with these weights (from ${before.initFrom}), and has no good checkpoint to go on from`;
    return E.left({ _tag: 'MalformedRun', path: join(folder, INITIAL_WEIGHTS_FILE), message });
  }
  const events = await open(join(folder, EVENTS_FILE), 'a');
  const writer = writerOf(record, folder, { events, lock, size });
  return E.right({ writer, history, point, initial, refused });
}

/** The weights a run began with; undefined if it began with its own. */
async function readInitialWeights(folder: string): Promise<E.Either<StoreError, Tensors | undefined>> {
  const path = join(folder, INITIAL_WEIGHTS_FILE);
  const malformed = (message: string): StoreError => ({ _tag: 'MalformedCheckpoint', path, message });
  try {
    const bytes = await readRegularFile(path, MAX_TENSOR_FILE_BYTES);
    return pipe(
      decodeSafetensors(bytes),
      E.bimap(
        (error) => malformed(formatFormatError(error)),
        ({ tensors }) => tensors,
      ),
    );
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return E.right(undefined);
    return E.left(
      thrown instanceof FileTooLarge ? malformed(thrown.message) : diskFailure('read', path)(thrown),
    );
  }
}

/** Temporary files that a dying process had not yet renamed, and the guards of locks that no longer exist. */
async function removeTemporaryFiles(folder: string): Promise<void> {
  for (const path of await oldGuards(folder)) await rm(path, { force: true });
  for (const path of [folder, join(folder, CHECKPOINTS_FOLDER)]) {
    const names = await readdir(path).catch((thrown: unknown) => {
      if (errorCode(thrown) === 'ENOENT') return [];
      throw thrown;
    });
    for (const name of names) if (name.endsWith('.tmp')) await rm(join(path, name), { force: true });
  }
}
