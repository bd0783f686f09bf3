import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import { encodeSafetensors } from '@grokscope/formats';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { writeFileAtomic } from '../disk/files.js';
import { writerOfRun } from './held.js';
import { acquireLock } from '../lock/lock.js';
import type { HeldLock } from '../lock/lock.js';
import { decodeRunId } from './run-id.js';
import type { RunRecord } from './run-record.js';
import { EVENTS_FILE, INITIAL_WEIGHTS_FILE, RUN_FILE, encodeRunRecord } from './run-record.js';
import type { RunWriter } from './run-writer.js';
import { writerOf } from './run-writer.js';

/**
 * Creates `runsDir/<runId>/` with its `run.json`, takes its lock and returns its writer. `initial` are weights the run
 * starts from instead of its own: they are kept, so that it can begin again without their file.
 * `copies` are written below the folder, by their paths in it.
 *
 * Errors: `InvalidRunId`, `RunExists` (or `RunHeld` if a living process writes it), `DiskFailure`.
 */
export function createRunFolder(
  runsDir: string,
  record: RunRecord,
  initial?: Tensors,
  copies: ReadonlyMap<string, Uint8Array> = new Map(),
): TE.TaskEither<StoreError, RunWriter> {
  const { runId } = record;
  const folder = resolve(runsDir, runId);
  return pipe(
    TE.fromEither(decodeRunId(runId)),
    TE.chain(() => makeFolder(resolve(runsDir), folder, runId)),
    TE.chain(() => lockFolder(folder, runId)),
    TE.chain((lock) => fillFolder({ folder, record, initial, copies, lock })),
  );
}

/** Does `action`; what it throws is the disk's. */
const onDisk = <T>(folder: string, action: () => Promise<T>): TE.TaskEither<StoreError, T> =>
  TE.tryCatch(action, diskFailure('create', folder));

const makeFolder = (runsDir: string, folder: string, runId: string): TE.TaskEither<StoreError, void> =>
  pipe(
    onDisk(folder, async () => {
      await mkdir(runsDir, { recursive: true });
      return makeNew(folder);
    }),
    TE.chain((isNew) => (isNew ? TE.right(undefined) : alreadyThere(runsDir, folder, runId))),
  );

/** Makes a folder; false if there is one already. */
const makeNew = (folder: string): Promise<boolean> =>
  mkdir(folder).then(
    () => true,
    (thrown: unknown) => {
      if (errorCode(thrown) === 'EEXIST') return false;
      throw thrown;
    },
  );

const alreadyThere = (runsDir: string, folder: string, runId: string): TE.TaskEither<StoreError, never> =>
  pipe(
    onDisk(folder, () => writerOfRun(folder)),
    TE.chain((holder) =>
      TE.left<StoreError, never>(
        holder === undefined ? { _tag: 'RunExists', runId, runsDir } : { _tag: 'RunHeld', runId, holder },
      ),
    ),
  );

const lockFolder = (folder: string, runId: string): TE.TaskEither<StoreError, HeldLock> =>
  pipe(
    onDisk(folder, () => acquireLock(folder)),
    TE.chain((lock) =>
      'release' in lock ? TE.right(lock) : TE.left<StoreError>({ _tag: 'RunHeld', runId, holder: lock }),
    ),
  );

/** A folder that is there and held, and what it is to hold. */
interface NewFolder {
  readonly folder: string;
  readonly record: RunRecord;
  readonly initial: Tensors | undefined;
  readonly copies: ReadonlyMap<string, Uint8Array>;
  readonly lock: HeldLock;
}

/** Writes what a new run's folder holds; the folder goes again if that fails. */
const fillFolder = ({
  folder,
  record,
  initial,
  copies,
  lock,
}: NewFolder): TE.TaskEither<StoreError, RunWriter> =>
  onDisk(folder, async () => {
    try {
      const whole = initial === undefined ? record : await keepInitial(folder, record, initial);
      for (const [path, bytes] of copies) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFileAtomic(join(folder, path), bytes);
      }
      await writeFileAtomic(join(folder, RUN_FILE), encodeRunRecord(whole));
      const events = await open(join(folder, EVENTS_FILE), 'a');
      return writerOf(whole, folder, { events, lock, size: 0 });
    } catch (thrown) {
      await lock.release();
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
  });

/**
 * Keeps the weights a run starts from, and records their checksum, which identifies runs that start from the same
 * weights.
 */
async function keepInitial(folder: string, record: RunRecord, initial: Tensors): Promise<RunRecord> {
  const bytes = encodeSafetensors(initial);
  await writeFileAtomic(join(folder, INITIAL_WEIGHTS_FILE), bytes);
  return { ...record, initialWeights: createHash('sha256').update(bytes).digest('hex') };
}
