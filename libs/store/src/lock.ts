import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { errorCode } from './errors.js';

/** The process that alone may write a run's folder. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO time at which it took the lock. */
  readonly since: string;
  /** When the process started, in the kernel's own unit, so that a reused pid is not taken for the holder. */
  readonly processStart?: string;
  /** ISO time of its last heartbeat, as the lock file's own time tells it. */
  readonly lastSeen?: string;
}

/** How often a living holder touches its lock. */
export const HEARTBEAT_MS = 5000;
/** Two missed heartbeats: the holder is not heard of. */
const SILENT_AFTER_MS = 2 * HEARTBEAT_MS;
/** A holder on another host that is silent for so long has lost its run to whoever asks for it. */
const LEASE_MS = 60_000;

const LOCK_FILE = 'lock.json';
/** Stands for the process that created a lock file without (yet) naming itself in it. */
const UNREAD_PID = 0;
/** Whoever has created the lock names itself at once; later than this it was cut off. */
const WRITING_TAKES_MS = 5000;

/** What is known of a holder from here: on another host nobody can tell. */
export type HolderLife = 'alive' | 'dead' | 'unknown';

/** Says whether the process that holds a lock still runs. */
export function holderLife(holder: LockHolder): HolderLife {
  if (holder.pid === UNREAD_PID) {
    return Date.now() - Date.parse(holder.since) > WRITING_TAKES_MS ? 'dead' : 'alive';
  }
  if (holder.host !== hostname()) return 'unknown';
  try {
    process.kill(holder.pid, 0);
  } catch (thrown) {
    // EPERM: it is there, but another user's.
    if (errorCode(thrown) !== 'EPERM') return 'dead';
  }
  const start = processStart(holder.pid);
  return holder.processStart !== undefined && start !== undefined && start !== holder.processStart
    ? 'dead'
    : 'alive';
}

/** Whether the holder missed two heartbeats. It may revive: its process can be suspended, its host cut off. */
export function isSilent({ lastSeen, since }: LockHolder, now = Date.now()): boolean {
  return now - Date.parse(lastSeen ?? since) > SILENT_AFTER_MS;
}

/** Whether the run is free to be written by another: its holder is dead, or elsewhere and silent for a lease. */
function isGone(holder: LockHolder): boolean {
  const life = holderLife(holder);
  if (life !== 'unknown') return life === 'dead';
  return Date.now() - Date.parse(holder.lastSeen ?? holder.since) > LEASE_MS;
}

/** The holder named in a run folder's lock file, or undefined where the folder is not locked. */
export async function readLock(folder: string, name = LOCK_FILE): Promise<LockHolder | undefined> {
  try {
    return await readHolder(join(folder, name));
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** A lock that this process holds, with a heartbeat until it is released. */
export interface HeldLock {
  /** The process that took the lock from this one, which it may only after a long silence; undefined if none did. */
  readonly taker: () => Promise<LockHolder | undefined>;
  /** Looks at the disk whatever the time of the last heartbeat; answers as `taker` does. */
  readonly beat: () => Promise<LockHolder | undefined>;
  /** Gives the lock up, if it is still held. */
  readonly release: () => Promise<void>;
}

/**
 * Takes the lock of a folder for this process; answers the holder instead where a living one has it. `name` is another
 * lock's than that of the run.
 *
 * The lock of a holder that is gone is taken over. Whoever creates the file first has it (`wx`), so two takers
 * cannot both succeed.
 */
export async function acquireLock(folder: string, name = LOCK_FILE): Promise<HeldLock | LockHolder> {
  const path = join(folder, name);
  const start = processStart(process.pid);
  const mine: LockHolder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...(start === undefined ? {} : { processStart: start }),
  };
  for (;;) {
    try {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(`${JSON.stringify(mine)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      return heldLock(folder, name, mine);
    } catch (thrown) {
      if (errorCode(thrown) !== 'EEXIST') throw thrown;
    }
    const holder = await readLock(folder, name);
    if (holder !== undefined && !isGone(holder)) return holder;
    if (holder !== undefined) await removeDeadLock(path, holder);
  }
}

function heldLock(folder: string, name: string, mine: LockHolder): HeldLock {
  const path = join(folder, name);
  const isMine = ({ pid, host, since }: LockHolder): boolean =>
    pid === mine.pid && host === mine.host && since === mine.since;
  let lostTo: LockHolder | undefined;
  let lastBeat = performance.now();
  const beat = async (): Promise<LockHolder | undefined> => {
    if (lostTo !== undefined) return lostTo;
    const holder = await readLock(folder, name);
    lastBeat = performance.now();
    if (holder === undefined || !isMine(holder)) lostTo = holder ?? { ...mine, pid: UNREAD_PID };
    else await utimes(path, new Date(), new Date());
    return lostTo;
  };
  const timer = setInterval(() => void beat().catch(() => undefined), HEARTBEAT_MS).unref();
  return {
    beat,
    // A process that was suspended looks before it writes.
    taker: async () => (performance.now() - lastBeat > SILENT_AFTER_MS ? beat() : lostTo),
    release: async () => {
      clearInterval(timer);
      const holder = await readLock(folder, name);
      if (holder !== undefined && isMine(holder)) await rm(path, { force: true });
    },
  };
}

/** Moves a dead holder's lock aside; puts it back if meanwhile somebody living had taken it. */
async function removeDeadLock(path: string, dead: LockHolder): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return;
    throw thrown;
  }
  const moved = await readHolder(aside);
  if (moved.pid === dead.pid && moved.since === dead.since) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function readHolder(path: string): Promise<LockHolder> {
  const text = await readFile(path, 'utf8');
  const lastSeen = (await stat(path)).mtime.toISOString();
  return {
    ...(parseHolder(text) ?? { pid: UNREAD_PID, host: 'an unknown host', since: lastSeen }),
    lastSeen,
  };
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) {
      const { pid, host, since, processStart: start } = value as Record<string, unknown>;
      if (
        typeof pid === 'number' &&
        pid > UNREAD_PID &&
        typeof host === 'string' &&
        typeof since === 'string'
      ) {
        return { pid, host, since, ...(typeof start === 'string' ? { processStart: start } : {}) };
      }
    }
  } catch {
    // Not JSON: somebody is writing it this moment, or was cut off doing so.
  }
  return undefined;
}

/** Field 22 of Linux's /proc/PID/stat, the start time in clock ticks since boot; undefined elsewhere. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
