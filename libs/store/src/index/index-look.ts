import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.js';
import type { IndexedRun } from './index-database.js';
import type { LockHolder } from '../lock/lock.js';
import { readLock } from '../lock/lock.js';
import { stampOf } from '../events/read-mark.js';
import { NOTES_FILE } from '../run/run-notes.js';
import { EVENTS_FILE, RUN_FILE } from '../run/run-record.js';

/** The state of a run's folder, next to what is indexed about it. */
export interface FoundRun {
  readonly runId: string;
  /** Its holder, looked up before the events, so that a run that has just ended shows as ended. */
  readonly holder: LockHolder | undefined;
  /** Detects changes of `run.json` and `notes.json`. */
  readonly stamp: string;
  /** The folder's modification time if nothing has happened in it for a while, otherwise null. */
  readonly quietSince: number | null;
  readonly isBehind: boolean;
  /** True if something in it cannot be read, so that it cannot be indexed. */
  readonly isUnreadable?: true;
}

const LOOKS_AT_ONCE = 64;
/** Timestamps of file systems are coarse: a folder that has just changed may change again at the same time. */
const QUIET_AFTER_MS = 2000;

/** Looks at runs and compares each with what is indexed about it; a name without a run is left out. */
export async function lookAtRuns(
  root: string,
  names: readonly string[],
  indexed: ReadonlyMap<string, IndexedRun>,
  mayTrustQuiet: boolean,
): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  for (let i = 0; i < names.length; i += LOOKS_AT_ONCE) {
    const looks = names
      .slice(i, i + LOOKS_AT_ONCE)
      .map((runId) =>
        lookAtRun(root, runId, indexed.get(runId), mayTrustQuiet).catch(() => unreadable(runId)),
      );
    for (const look of await Promise.all(looks)) if (look !== undefined) found.push(look);
  }
  return found;
}

/** One such run must not affect the others. */
const unreadable = (runId: string): FoundRun => ({
  ...{ runId, holder: undefined, stamp: '', quietSince: null },
  ...{ isBehind: true, isUnreadable: true },
});

async function lookAtRun(
  root: string,
  runId: string,
  row: IndexedRun | undefined,
  mayTrustQuiet: boolean,
): Promise<FoundRun | undefined> {
  const path = join(root, runId);
  const folder = await statOrUndefined(path);
  if (folder === undefined) return undefined;
  // A process that writes to an ended run takes its lock first, and replaced files are renamed: either changes the time
  // of the folder. So one look is enough for each of many ended runs.
  if (mayTrustQuiet && row !== undefined && row.quiet_since === folder.mtimeMs) {
    const { record_stamp: stamp, quiet_since: quietSince } = row;
    return { runId, holder: undefined, stamp, quietSince, isBehind: false };
  }
  const holder = await readLock(path);
  const [record, notes, events] = await Promise.all(
    [RUN_FILE, NOTES_FILE, EVENTS_FILE].map((name) => statOrUndefined(join(path, name))),
  );
  if (record === undefined) return undefined;
  const stamp = [record, notes].map((file) => file && `${file.mtimeMs} ${file.size} ${file.ino}`).join(', ');
  const isQuiet = holder === undefined && Date.now() - folder.mtimeMs > QUIET_AFTER_MS;
  const quietSince = isQuiet ? folder.mtimeMs : null;
  const isBehind =
    row === undefined ||
    row.events_stamp !== JSON.stringify(events === undefined ? null : stampOf(events)) ||
    row.record_stamp !== stamp ||
    (row.has_ended === 1 && quietSince !== null && row.quiet_since !== quietSince);
  return { runId, holder, stamp, quietSince, isBehind };
}

/** What is at `path`, if anything. */
export async function statOrUndefined(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
