import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import type { RunEvent } from '@grokscope/schema';
import type { KeptState } from '../checkpoints/checkpoints.js';
import { writeCheckpointFiles } from '../checkpoints/checkpoints.js';
import { diskFailure } from '../errors.js';
import type { StoreError } from '../errors.js';
import type { HeldLock, LockLoss } from '../lock/lock.js';
import { originOf } from './provenance-of.js';
import type { RunRecord } from './run-record.js';
import { stepsToThin, thinCheckpoints } from '../checkpoints/thin-checkpoints.js';
import { EVENTS_FILE } from './run-record.js';

/** The only writer of one run's folder. Calls must not overlap: await one before making the next. */
export interface RunWriter {
  readonly record: RunRecord;
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** Appends one complete line; the `checkpoint` and `ended` events are on the disk when this resolves. */
  appendEvent(event: RunEvent): TE.TaskEither<StoreError, void>;
  /**
   * Writes a checkpoint's weights, together with what the run is resumed with; returns the weights' path. Events
   * appended earlier reach the disk before the checkpoint does.
   */
  writeCheckpoint(step: number, weights: Tensors, kept?: KeptState): TE.TaskEither<StoreError, string>;
  /** Checks whether this process may still write the folder. Never rejects. */
  isHeld(): Promise<boolean>;
  /**
   * The steps whose checkpoints are to be deleted after that of `step`, given the size of its weights; empty if the run
   * keeps all.
   */
  stepsToThin(step: number, weightBytes: number): TE.TaskEither<StoreError, readonly number[]>;
  /** Deletes those checkpoints, and all except the newest two optimizer states up to `step`. */
  thinCheckpoints(step: number, deleted: readonly number[]): TE.TaskEither<StoreError, void>;
  /** Closes the files and gives up the lock. */
  close(): TE.TaskEither<StoreError, void>;
}

const GONE = 'its lock is gone: the folder was moved, renamed or deleted while the run went on';

/**
 * The lock is another process's, or gone. Thrown because it may show in the midst of writing a file, whose temporary
 * copy must then be removed; `writerOf` turns it into a `StoreError`, once.
 */
class LockLost extends Error {
  override readonly name = 'LockLost';
  constructor(readonly loss: LockLoss) {
    super(GONE);
  }
}

/**
 * Writes the run of an opened folder whose events file ends at `size`.
 *
 * Every call fails with `RunHeld` once another process has taken the lock, which it may do only if this one was silent
 * for long (suspended, disconnected from the disk), and with `DiskFailure` if the folder was moved or deleted. The lock
 * is checked before each line. If this process is stopped after that check until another one has its run, the line goes
 * into the file that it opened, which no longer belongs to the run (`takeRun`).
 */
export function writerOf(
  record: RunRecord,
  folder: string,
  { events, lock, size: initialSize }: { events: FileHandle; lock: HeldLock; size: number },
): RunWriter {
  const eventsPath = join(folder, EVENTS_FILE);
  const { runId } = record;
  let size = initialSize;
  const assertHeld = (loss: LockLoss | undefined): void => {
    if (loss !== undefined) throw new LockLost(loss);
  };

  const append = async (event: RunEvent): Promise<void> => {
    assertHeld(await lock.loss());
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      // Synchronous: a wait for the thread pool would cost many times the write itself.
      for (let at = 0; at < line.length;) at += writeSync(events.fd, line, at);
      if (event.type === 'checkpoint' || event.type === 'ended') await events.datasync();
      size += line.length;
    } catch (thrown) {
      // Half a line (a full disk) would spoil the next one. By its descriptor: the path may be another's by now.
      await events.truncate(size).catch(() => undefined);
      throw thrown;
    }
  };
  const attempt = <T>(action: () => Promise<T>, words: string, path: string): TE.TaskEither<StoreError, T> =>
    TE.tryCatch(action, (thrown) => {
      if (!(thrown instanceof LockLost)) return diskFailure(words, path)(thrown);
      const { to } = thrown.loss;
      if (to !== undefined) return { _tag: 'RunHeld', runId, holder: to };
      return { _tag: 'DiskFailure', action: words, path, code: 'ENOENT', message: GONE };
    });
  return {
    record,
    folder,
    appendEvent: (event) => attempt(() => append(event), 'write', eventsPath),
    writeCheckpoint: (step, weights, kept) =>
      attempt(
        async () => {
          assertHeld(await lock.beat());
          await events.datasync();
          const mayWrite = async (): Promise<void> => assertHeld(await lock.beat());
          const identity = { runId, step, spec: record.spec, origin: originOf(record) };
          return writeCheckpointFiles(folder, identity, weights, kept, mayWrite);
        },
        'write a checkpoint in',
        folder,
      ),
    isHeld: () =>
      lock.loss().then(
        (loss) => loss === undefined,
        () => false,
      ),
    stepsToThin: (step, weightBytes) =>
      attempt(
        () => {
          const { keepAllCheckpoints = false, spec } = record;
          if (keepAllCheckpoints) return Promise.resolve([]);
          return stepsToThin(folder, step, spec.observe.checkpointEvery, weightBytes);
        },
        'look through the checkpoints in',
        folder,
      ),
    thinCheckpoints: (step, deleted) =>
      attempt(
        async () => {
          assertHeld(await lock.loss());
          if (record.keepAllCheckpoints !== true) await thinCheckpoints(folder, step, deleted);
        },
        'thin out the checkpoints in',
        folder,
      ),
    close: () =>
      attempt(
        async () => {
          await events.close();
          await lock.release();
        },
        'close',
        eventsPath,
      ),
  };
}
