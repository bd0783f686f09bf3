import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import { encodeSafetensors } from '@grokscope/formats';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { Expected } from '../disk/expected.js';
import { writeFileAtomic } from '../disk/files.js';
import { writerOfRun } from './held.js';
import { acquireLock } from '../lock/lock.js';
import { decodeRunId } from './run-id.js';
import type { RunRecord } from './run-record.js';
import { EVENTS_FILE, INITIAL_WEIGHTS_FILE, RUN_FILE, encodeRunRecord } from './run-record.js';
import type { RunWriter } from './run-writer.js';
import { writerOf } from './run-writer.js';

/**
 * Creates `runsDir/<runId>/` with its `run.json`, takes its lock and answers its writer. `initial` are weights the run
 * starts from instead of its own: kept, so that it can begin again without their file. `copies` are written below the
 * folder, by their paths in it.
 *
 * Errors: `InvalidRunId`, `RunExists` (or `RunHeld` where a living process writes it), `DiskFailure`.
 */
export function createRunFolder(
  runsDir: string,
  record: RunRecord,
  initial?: Tensors,
  copies: ReadonlyMap<string, Uint8Array> = new Map(),
): TE.TaskEither<StoreError, RunWriter> {
  const { runId } = record;
  const folder = resolve(runsDir, runId);
  const make = TE.tryCatch(
    () => create(resolve(runsDir), folder, record, initial, copies),
    (thrown): StoreError =>
      thrown instanceof Expected ? thrown.error : diskFailure('create', folder)(thrown),
  );
  return TE.chain(() => make)(TE.fromEither(decodeRunId(runId)));
}

async function create(
  runsDir: string,
  folder: string,
  record: RunRecord,
  initial: Tensors | undefined,
  copies: ReadonlyMap<string, Uint8Array>,
): Promise<RunWriter> {
  const { runId } = record;
  await mkdir(runsDir, { recursive: true });
  try {
    await mkdir(folder);
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST') throw thrown;
    const holder = await writerOfRun(folder);
    throw new Expected(
      holder === undefined ? { _tag: 'RunExists', runId, runsDir } : { _tag: 'RunHeld', runId, holder },
    );
  }
  const lock = await acquireLock(folder);
  if (!('release' in lock)) throw new Expected({ _tag: 'RunHeld', runId, holder: lock });
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
}

/** Keeps the weights a run starts from, and their sum in its record: runs from the same weights are told by it. */
async function keepInitial(folder: string, record: RunRecord, initial: Tensors): Promise<RunRecord> {
  const bytes = encodeSafetensors(initial);
  await writeFileAtomic(join(folder, INITIAL_WEIGHTS_FILE), bytes);
  return { ...record, initialWeights: createHash('sha256').update(bytes).digest('hex') };
}
