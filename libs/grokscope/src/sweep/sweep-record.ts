import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SweepSpec } from '@grokscope/schema';
import type { Fields } from '@grokscope/store';
import { FileTooLarge, errorCode, isRunId, migrateFields, readFileWithin } from '@grokscope/store';

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
/** Name of the file. */
export const SWEEP_FILE = 'sweep.json';
/** As many runs as a sweep may have, with the longest ids. */
const MAX_SWEEP_BYTES = 16 << 20;

/** Each makes a record of format n (from 1) one of format n + 1; the first format at first named none. */
const migrations: readonly ((record: Fields) => Fields)[] = [];
/** The format that is written. */
const SWEEP_FORMAT = migrations.length + 1;

/** A `sweep.json` is of a format that this version does not read; nothing in its folder was changed. */
export class SweepFormatError extends Error {
  override readonly name = 'SweepFormatError';
  constructor(
    path: string,
    problem: string,
    /** The sweep's name, where the file has one. */
    readonly sweepName: string | undefined,
  ) {
    super(`${path} ${problem}`);
  }
}

/** `sweep.json` as it is written. */
export function encodeSweepRecord(record: SweepRecord): string {
  return `${JSON.stringify({ format: SWEEP_FORMAT, ...record }, null, 2)}\n`;
}

/**
 * The record of the sweep in `folder`, whichever version wrote it; undefined where there is none that can be read.
 * Rejects with `SweepFormatError` where a newer version wrote it.
 */
export async function readSweepRecord(folder: string): Promise<SweepRecord | undefined> {
  const path = join(folder, SWEEP_FILE);
  let value: unknown;
  try {
    value = JSON.parse((await readFileWithin(path, MAX_SWEEP_BYTES)).toString('utf8'));
  } catch (thrown) {
    // Made a moment ago by a process that was cut off, or no sweep at all.
    const isNone = thrown instanceof SyntaxError || thrown instanceof FileTooLarge;
    if (isNone || errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const migrated = migrateFields(value as Fields, migrations);
  if ('problem' in migrated) {
    const { name } = value as Fields;
    throw new SweepFormatError(path, migrated.problem, typeof name === 'string' ? name : undefined);
  }
  const { sweepId, runs } = migrated.record;
  const isRecord = typeof sweepId === 'string' && typeof runs === 'object';
  return isRecord ? (migrated.record as unknown as SweepRecord) : undefined;
}

/** Every sweep of a runs folder that this version reads, newest first. */
export async function listSweeps(runsDir: string): Promise<readonly SweepRecord[]> {
  const found = await readSweeps(resolve(runsDir, SWEEPS_FOLDER));
  return found.filter((sweep): sweep is SweepRecord => !(sweep instanceof SweepFormatError));
}

/** The sweeps in `root`, newest first, those that a newer version wrote in front. */
async function readSweeps(root: string): Promise<readonly (SweepRecord | SweepFormatError)[]> {
  const names = await readdir(root).catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  });
  const read = async (name: string): Promise<SweepRecord | SweepFormatError | undefined> =>
    readSweepRecord(join(root, name)).catch((thrown: unknown) => {
      if (thrown instanceof SweepFormatError) return thrown;
      throw thrown;
    });
  const found = (await Promise.all(names.filter(isRunId).map(read))).filter((sweep) => sweep !== undefined);
  const madeAt = (sweep: SweepRecord | SweepFormatError): string =>
    sweep instanceof SweepFormatError ? NEWEST : sweep.createdAt;
  return found.sort((a, b) => (madeAt(a) < madeAt(b) ? 1 : -1));
}

/** After every time in ISO form. */
const NEWEST = '~';

/** The newest sweep of a name; rejects with `SweepFormatError` where a newer version wrote it. */
export async function newestSweep(root: string, name: string): Promise<SweepRecord | undefined> {
  for (const sweep of await readSweeps(root)) {
    if (!(sweep instanceof SweepFormatError)) {
      if (sweep.name === name) return sweep;
    } else if (sweep.sweepName === name) throw sweep;
  }
  return undefined;
}
