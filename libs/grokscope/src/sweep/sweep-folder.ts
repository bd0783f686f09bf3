import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SweepPlan } from '@grokscope/experiments';
import type { HeldLock, LockHolder } from '@grokscope/store';
import { acquireLock, createRunId, writeFileAtomic } from '@grokscope/store';
import type { SweepRecord } from './sweep-record.js';
import {
  SWEEPS_FOLDER,
  SWEEP_FILE,
  encodeSweepRecord,
  newestSweep,
  readSweepRecord,
} from './sweep-record.js';

/** Another process runs this sweep. */
export class SweepHeld extends Error {
  override readonly name = 'SweepHeld';
  constructor(sweepId: string, { pid, host, since }: LockHolder) {
    super(`sweep ${sweepId} is being run by process ${pid} on ${host} since ${since}`);
  }
}

/** Another process has taken this sweep over, or its folder is gone: this process writes nothing more of it. */
export class SweepLost extends Error {
  override readonly name = 'SweepLost';
  constructor(sweepId: string, path: string, to: LockHolder | undefined) {
    super(
      to === undefined
        ? `the folder ${path} of sweep ${sweepId} was moved, renamed or deleted while the sweep ran`
        : `sweep ${sweepId} was taken over by process ${to.pid} on ${to.host} since ${to.since}, which received no sign of life from this one`,
    );
  }
}

/** A sweep's own folder, held by this process until it is closed. */
export class SweepFolder {
  /** The folders that this process is releasing, for the next one that opens them. */
  static readonly #closing = new Map<string, Promise<void>>();

  #record: SweepRecord;
  #written: Promise<void> = Promise.resolve();

  private constructor(
    /** Absolute path. */
    readonly path: string,
    record: SweepRecord,
    private readonly lock: HeldLock,
  ) {
    this.#record = record;
  }

  /** Releases the folder once the pending writes are done; never rejects. */
  close(): Promise<void> {
    const closed = this.#written
      .catch(() => undefined)
      .then(() => this.lock.release())
      .catch(() => undefined);
    SweepFolder.#closing.set(this.path, closed);
    return closed;
  }

  get sweepId(): string {
    return this.#record.sweepId;
  }

  runOf(cell: string): string | undefined {
    return Object.hasOwn(this.#record.runs, cell) ? this.#record.runs[cell] : undefined;
  }

  /**
   * Records that `cell` is now the run `runId`; resolves when the record is on the disk. Rejects if it cannot be
   * written.
   */
  setRun(cell: string, runId: string): Promise<void> {
    this.#record = { ...this.#record, runs: { ...this.#record.runs, [cell]: runId } };
    // One after another: two renames at once could leave the older text in place.
    this.#written = this.#written.then(() => this.write());
    return this.#written;
  }

  /** Adds the time of one start, and its workers if it made any runs; returns the complete record. */
  async addStart(elapsedMs: number, workers: number | null): Promise<SweepRecord> {
    const { elapsedMs: before, workers: known } = this.#record;
    this.#record = { ...this.#record, elapsedMs: before + elapsedMs, workers: workers ?? known };
    await this.write();
    return this.#record;
  }

  private write(): Promise<void> {
    return this.writeFile(SWEEP_FILE, encodeSweepRecord(this.#record));
  }

  /** Writes a whole file of the folder. Rejects with `SweepLost` if the folder is no longer this process's. */
  async writeFile(name: string, content: string): Promise<void> {
    await this.assertHeld();
    await writeFileAtomic(join(this.path, name), content, () => this.assertHeld());
  }

  private async assertHeld(): Promise<void> {
    const loss = await this.lock.beat();
    if (loss !== undefined) throw new SweepLost(this.sweepId, this.path, loss.to);
  }

  /**
   * Creates a new folder for a sweep, or with `resume` takes the newest one of its name (a new one if there is none).
   *
   * Rejects with `SweepHeld` if another process runs it, with `UnreadableSweep` if the one to resume is damaged or was
   * written by a newer version, or with the disk's error.
   */
  static async open(
    runsDir: string,
    { spec }: SweepPlan,
    options: { readonly resume: boolean; readonly now: Date },
  ): Promise<SweepFolder> {
    const root = resolve(runsDir, SWEEPS_FOLDER);
    const earlier = options.resume ? await newestSweep(root, spec.name) : undefined;
    const sweepId = earlier?.sweepId ?? createRunId(spec.name, options.now);
    const path = join(root, sweepId);
    await mkdir(path, { recursive: true });
    await SweepFolder.#closing.get(path);
    const lock = await acquireLock(path);
    if (!('release' in lock)) throw new SweepHeld(sweepId, lock);
    try {
      // Read again under the lock: its previous holder may have started runs.
      const known = earlier && ((await readSweepRecord(path)) ?? earlier);
      const createdAt = known?.createdAt ?? options.now.toISOString();
      const { runs = {}, elapsedMs = 0, workers = 1 } = known ?? {};
      const record = { sweepId, name: spec.name, createdAt, spec, elapsedMs, workers, runs };
      const folder = new SweepFolder(path, record, lock);
      await folder.write();
      return folder;
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  }
}
