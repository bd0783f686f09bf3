import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SweepPlan } from '@grokscope/experiments';
import type { SweepSpec } from '@grokscope/schema';
import type { LockHolder } from '@grokscope/store';
import { acquireLock, createRunId, errorCode, isRunId, writeFileAtomic } from '@grokscope/store';

/* runs/sweeps/<id>/sweep.json: the sweep as asked for, and which run each of its cells is. The runs lie beside `sweeps`. */

/** What `sweep.json` holds. */
export interface SweepRecord {
  readonly sweepId: string;
  readonly name: string;
  /** ISO time. */
  readonly createdAt: string;
  readonly spec: SweepSpec;
  /** Wall time of the starts that came to their end, completed or interrupted, in milliseconds. */
  readonly elapsedMs: number;
  /** Runs at a time in the newest start that had any to make. */
  readonly workers: number;
  /** The newest run of each cell that has one, by the cell's id. */
  readonly runs: Readonly<Record<string, string>>;
}

/** Folder of the sweeps in a runs folder. */
export const SWEEPS_FOLDER = 'sweeps';
const SWEEP_FILE = 'sweep.json';

/** Another process runs this sweep. */
export class SweepHeld extends Error {
  override readonly name = 'SweepHeld';
  constructor(sweepId: string, { pid, host, since }: LockHolder) {
    super(`sweep ${sweepId} is being run by process ${pid} on ${host} since ${since}`);
  }
}

/** A sweep's own folder, held by this process until it is closed. */
export class SweepFolder {
  /** Folders that this process is letting go of, for whoever opens them next. */
  static readonly #closing = new Map<string, Promise<void>>();

  #record: SweepRecord;
  #written: Promise<void> = Promise.resolve();

  private constructor(
    /** Absolute path. */
    readonly path: string,
    record: SweepRecord,
    private readonly release: () => Promise<void>,
  ) {
    this.#record = record;
  }

  /** Lets go of the folder once what is being written is written; never rejects. */
  close(): Promise<void> {
    const closed = this.#written
      .catch(() => undefined)
      .then(() => this.release())
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

  /** Notes that `cell` is now the run `runId`; resolves when that is on the disk. Rejects if it cannot be written. */
  setRun(cell: string, runId: string): Promise<void> {
    this.#record = { ...this.#record, runs: { ...this.#record.runs, [cell]: runId } };
    // One after another: two renames at once could leave the older text in place.
    this.#written = this.#written.then(() => this.write());
    return this.#written;
  }

  /** Adds the time of one start, and its workers if it made any runs; answers the whole record. */
  async addStart(elapsedMs: number, workers: number | null): Promise<SweepRecord> {
    const { elapsedMs: before, workers: known } = this.#record;
    this.#record = { ...this.#record, elapsedMs: before + elapsedMs, workers: workers ?? known };
    await this.write();
    return this.#record;
  }

  async write(): Promise<void> {
    await writeFileAtomic(join(this.path, SWEEP_FILE), `${JSON.stringify(this.#record, null, 2)}\n`);
  }

  /**
   * Makes a new folder for a sweep, or with `resume` takes the newest one of its name (a new one if there is none).
   *
   * Rejects with `SweepHeld` where another process runs it, or with what the disk said.
   */
  static async open(
    runsDir: string,
    { spec }: SweepPlan,
    options: { readonly resume: boolean; readonly now: Date },
  ): Promise<SweepFolder> {
    const root = resolve(runsDir, SWEEPS_FOLDER);
    const earlier = options.resume ? await newestOf(root, spec.name) : undefined;
    const sweepId = earlier?.sweepId ?? createRunId(spec.name, options.now);
    const path = join(root, sweepId);
    await mkdir(path, { recursive: true });
    await SweepFolder.#closing.get(path);
    const lock = await acquireLock(path);
    if (!('release' in lock)) throw new SweepHeld(sweepId, lock);
    // Read again under the lock: whoever held it may have started runs.
    const known = earlier === undefined ? undefined : await readSweepRecord(path);
    const createdAt = known?.createdAt ?? options.now.toISOString();
    const { runs = {}, elapsedMs = 0, workers = 1 } = known ?? {};
    const record = { sweepId, name: spec.name, createdAt, spec, elapsedMs, workers, runs };
    const folder = new SweepFolder(path, record, lock.release);
    try {
      await folder.write();
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
    return folder;
  }
}

/** The record of the sweep in `folder`; undefined where there is none that can be read. */
export async function readSweepRecord(folder: string): Promise<SweepRecord | undefined> {
  try {
    const value = JSON.parse(await readFile(join(folder, SWEEP_FILE), 'utf8')) as Partial<SweepRecord> | null;
    const isRecord = typeof value?.sweepId === 'string' && typeof value.runs === 'object';
    return isRecord ? (value as SweepRecord) : undefined;
  } catch (thrown) {
    // Made a moment ago by a process that was cut off, or no sweep at all.
    if (thrown instanceof SyntaxError || errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Every sweep of a runs folder, newest first. */
export async function listSweeps(runsDir: string): Promise<readonly SweepRecord[]> {
  const root = resolve(runsDir, SWEEPS_FOLDER);
  const names = await readdir(root).catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  });
  const records = await Promise.all(names.filter(isRunId).map((name) => readSweepRecord(join(root, name))));
  return records
    .filter((record) => record !== undefined)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

async function newestOf(root: string, name: string): Promise<SweepRecord | undefined> {
  return (await listSweeps(resolve(root, '..'))).find((record) => record.name === name);
}
