import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SweepSpec } from '@grokscope/schema';
import type { Fields } from '@grokscope/store';
import {
  FileTooLarge,
  createRunId,
  errorCode,
  isRunId,
  migrateFields,
  NotAFile,
  readRegularFile,
} from '@grokscope/store';

/*
 * runs/sweeps/<id>/sweep.json: the sweep as requested, and the run of each of its cells. The runs are beside `sweeps`.
 */

/** The contents of `sweep.json`. */
export interface SweepRecord {
  readonly sweepId: string;
  readonly name: string;
  /** ISO time. */
  readonly createdAt: string;
  readonly spec: SweepSpec;
  /** Wall time of the starts that reached their end, completed or interrupted, in milliseconds. */
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
/** The size of a sweep with the most runs it may have, and the longest ids. */
const MAX_SWEEP_BYTES = 16 << 20;

/** Each converts a record of format n (from 1) to format n + 1; at first, files of the first format did not name it. */
const migrations: readonly ((record: Fields) => Fields)[] = [];
/** The format that is written. */
const SWEEP_FORMAT = migrations.length + 1;

/** A `sweep.json` that cannot be read; nothing in its folder was changed. */
export class UnreadableSweep extends Error {
  override readonly name: string = 'UnreadableSweep';
  constructor(
    path: string,
    problem: string,
    /** The sweep's name, if the file has one. */
    readonly sweepName: string | undefined,
  ) {
    super(`${path} ${problem}`);
  }
}

/** Its format is one that this version does not read. */
export class SweepFormatError extends UnreadableSweep {
  override readonly name = 'SweepFormatError';
}

/** Its contents are not what was written. */
export class SweepDamaged extends UnreadableSweep {
  override readonly name = 'SweepDamaged';
  constructor(path: string, problem: string, sweepName?: string) {
    super(
      path,
      `is damaged: ${problem}. Without it the runs of the sweep are not known: put back a copy of the file, ` +
        `or move the folder ${dirname(path)} away to start the sweep from the beginning; its runs stay where they are`,
      sweepName,
    );
  }
}

/** The text of `sweep.json`. */
export function encodeSweepRecord(record: SweepRecord): string {
  return `${JSON.stringify({ format: SWEEP_FORMAT, ...record }, null, 2)}\n`;
}

/**
 * Returns the record of the sweep in `folder`, whichever version wrote it; undefined if there is none. Rejects with
 * `SweepFormatError` if a newer version wrote it, and with `SweepDamaged` if it is not what was written.
 */
export async function readSweepRecord(folder: string): Promise<SweepRecord | undefined> {
  const path = join(folder, SWEEP_FILE);
  let value: unknown;
  try {
    value = JSON.parse((await readRegularFile(path, MAX_SWEEP_BYTES)).toString('utf8'));
  } catch (thrown) {
    // No sweep at all, or one created a moment ago by a process that was killed: the file itself appears complete or
    // not at all.
    if (errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR') return undefined;
    if (thrown instanceof SyntaxError) throw new SweepDamaged(path, `it is not JSON (${thrown.message})`);
    if (thrown instanceof FileTooLarge || thrown instanceof NotAFile)
      throw new SweepDamaged(path, thrown.message);
    throw thrown;
  }
  if (!isObject(value)) throw new SweepDamaged(path, 'it is not a JSON object');
  const name = typeof value['name'] === 'string' ? value['name'] : undefined;
  const migrated = migrateFields(value, migrations);
  if ('problem' in migrated) throw new SweepFormatError(path, migrated.problem, name);
  const problem = faultOf(migrated.record);
  if (problem !== undefined) throw new SweepDamaged(path, problem, name);
  return migrated.record as unknown as SweepRecord;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): boolean =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0);

/** Describes what a record lacks; the first format did not have all of its numbers. */
function faultOf({ sweepId, name, createdAt, spec, elapsedMs, workers, runs }: Fields): string | undefined {
  if (typeof sweepId !== 'string' || !isRunId(sweepId)) return 'sweepId is not the id of a sweep';
  if (typeof name !== 'string') return 'name is not a text';
  if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt))) return 'createdAt is not a time';
  if (!isObject(spec)) return 'spec is not an object';
  if (!isAmount(elapsedMs) || !isAmount(workers)) return 'elapsedMs and workers are not both numbers';
  if (!isObject(runs)) return 'runs is not an object';
  const bad = Object.entries(runs).find(([, runId]) => typeof runId !== 'string' || !isRunId(runId));
  return bad === undefined ? undefined : `runs names no run for ${JSON.stringify(bad[0])}`;
}

/** Returns every readable sweep of a runs folder, newest first. */
export async function listSweeps(runsDir: string): Promise<readonly SweepRecord[]> {
  const found = await readSweeps(resolve(runsDir, SWEEPS_FOLDER));
  return found.flatMap(({ sweep }) => (sweep instanceof UnreadableSweep ? [] : [sweep]));
}

interface FoundSweep {
  /** Name of its folder. */
  readonly id: string;
  readonly sweep: SweepRecord | UnreadableSweep;
}

/** The sweeps in `root`, newest first; the age of one that cannot be read is taken from its id. */
async function readSweeps(root: string): Promise<readonly FoundSweep[]> {
  const names = await readdir(root).catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  });
  const read = async (id: string): Promise<FoundSweep | undefined> => {
    try {
      const sweep = await readSweepRecord(join(root, id));
      return sweep && { id, sweep };
    } catch (thrown) {
      if (thrown instanceof UnreadableSweep) return { id, sweep: thrown };
      throw thrown;
    }
  };
  const found = (await Promise.all(names.filter(isRunId).map(read))).filter((one) => one !== undefined);
  return found.sort((a, b) => (madeAt(a) < madeAt(b) ? 1 : -1));
}

/** The part of a sweep's id that follows its name: `-20261122-124512-k3f9`. */
const STAMP = /-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-[a-z0-9]+$/;
/** Sorts after every time in ISO form. */
const LATEST = '~';

/** The time at which a sweep was created, in ISO form; if only its second is known, the end of that second. */
function madeAt({ id, sweep }: FoundSweep): string {
  if (!(sweep instanceof UnreadableSweep)) return sweep.createdAt;
  const [, year, month, day, hour, minute, second] = STAMP.exec(id) ?? [];
  return second === undefined ? LATEST : `${year}-${month}-${day}T${hour}:${minute}:${second}${LATEST}`;
}

/**
 * Returns the newest sweep of a name. Rejects with `UnreadableSweep` if that sweep cannot be read: its id tells the
 * name if the file does not.
 */
export async function newestSweep(root: string, name: string): Promise<SweepRecord | undefined> {
  const beginning = createRunId(name).replace(STAMP, '');
  for (const { id, sweep } of await readSweeps(root)) {
    if (!(sweep instanceof UnreadableSweep)) {
      if (sweep.name === name) return sweep;
    } else if ((sweep.sweepName ?? name) === name && id.replace(STAMP, '') === beginning) throw sweep;
  }
  return undefined;
}
