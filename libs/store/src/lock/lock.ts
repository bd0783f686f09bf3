import { closeSync, fstatSync, futimesSync, openSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claim, guardOf, isGuardOf, unclaim } from './claim.js';
import type { Claimant } from './claim.js';
import { errorCode } from '../errors.js';
import type { LockHolder } from './lock-file.js';
import { UNREAD_PID, isHere, lockTexts, seeLock } from './lock-file.js';
import { isRunning } from './process-identity.js';

export type { LockHolder } from './lock-file.js';

/** How often a living holder touches its lock. */
export const HEARTBEAT_MS = 5000;
/** Two missed heartbeats: the holder is not heard of. */
const SILENT_AFTER_MS = 2 * HEARTBEAT_MS;
/** A holder elsewhere that is silent for so long has lost its run to whoever asks for it. */
const LEASE_MS = 60_000;

const LOCK_FILE = 'lock.json';
/** Whoever has created the lock names itself at once; later than this it was cut off. */
const WRITING_TAKES_MS = 5000;

/** What is known of a holder from here: on another host, or in another pid namespace, nobody can tell. */
export type HolderLife = 'alive' | 'dead' | 'unknown';

/** Says whether the process that holds a lock still runs. */
export function holderLife(holder: LockHolder): HolderLife {
  if (holder.pid === UNREAD_PID) {
    return Date.now() - Date.parse(holder.since) > WRITING_TAKES_MS ? 'dead' : 'alive';
  }
  // Whoever holds the folder from which this one was copied does not hold this one.
  if (holder.copiedFrom !== undefined) return 'dead';
  if (!isHere(holder)) return 'unknown';
  return isRunning(holder.pid, holder.processStart) ? 'alive' : 'dead';
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

/** ISO time from which a holder whose life is unknown here has lost its lock, unless it is heard of. */
export function freeAt(holder: LockHolder): string | undefined {
  if (holderLife(holder) !== 'unknown') return undefined;
  return new Date(Date.parse(holder.lastSeen ?? holder.since) + LEASE_MS).toISOString();
}

/** The holder named in a run folder's lock file, or undefined where the folder is not locked. */
export async function readLock(folder: string, name = LOCK_FILE): Promise<LockHolder | undefined> {
  return (await seeLock(join(folder, name), folder))?.holder;
}

/**
 * The guards that were left behind by processes that died taking the lock of a run folder. Only the holder of the lock
 * may remove them: the guard of its own lock file, which somebody may hold who takes it for dead, is none of them.
 */
export async function oldGuards(folder: string): Promise<readonly string[]> {
  const mine = await seeLock(join(folder, LOCK_FILE), folder);
  const names = (await readdir(folder)).filter((name) => isGuardOf(LOCK_FILE, name));
  const current = mine && guardOf(LOCK_FILE, mine);
  return names
    .filter((name) => current === undefined || !name.startsWith(current))
    .map((name) => join(folder, name));
}

/** How a lock was lost. */
export interface LockLoss {
  /** Who has it; undefined where nobody has: the folder was moved or deleted. */
  readonly to: LockHolder | undefined;
}

/** A lock that this process holds, with a heartbeat until it is released. */
export interface HeldLock {
  /**
   * Whether the one from whom the lock was taken may still be running, elsewhere: it may then be about to write what it
   * began to write when it still held the lock.
   */
  readonly mayHaveRival: boolean;
  /**
   * Whether the lock is this process's no more, which it learns here before each writing: it was silent for long, or
   * the folder is not where it was. One look at the lock file's entry, no reading.
   */
  readonly loss: () => Promise<LockLoss | undefined>;
  /** As `loss`, and reads the lock file whatever the time of the last heartbeat. */
  readonly beat: () => Promise<LockLoss | undefined>;
  /** Stops the heartbeat and closes the lock file, which stays: for whoever deletes the folder with it. */
  readonly detach: () => void;
  /** Gives the lock up, if it is still held. */
  readonly release: () => Promise<void>;
}

/**
 * Takes the lock of a folder for this process; answers the holder instead where a living one has it. `name` is another
 * lock's than that of the run. The lock of a holder that is gone is taken over; of several who try, one has it (see
 * `claim`).
 */
export async function acquireLock(folder: string, name = LOCK_FILE): Promise<HeldLock | LockHolder> {
  const path = join(folder, name);
  const textOf = await lockTexts(folder);
  const isRival = (from: LockHolder | undefined): boolean =>
    from !== undefined && (from.mayHaveRival === true || holderLife(from) === 'unknown');
  for (;;) {
    let mayHaveRival = false;
    const textAfter = (from: LockHolder | undefined): string => textOf((mayHaveRival ||= isRival(from)));
    const claimant: Claimant = { isGone, textAfter };
    const text = await claim(path, folder, claimant);
    if (typeof text !== 'string') return text;
    const lock = await heldLock(path, folder, { text, mayHaveRival, claimant });
    if (lock !== undefined) return lock;
  }
}

/** The lock that was put at `path`; undefined where it is another's again before it was opened. */
async function heldLock(
  path: string,
  folder: string,
  { text, mayHaveRival, claimant }: { text: string; mayHaveRival: boolean; claimant: Claimant },
): Promise<HeldLock | undefined> {
  const fd = openOrUndefined(path);
  if (fd === undefined) return undefined;
  // While it is open, no other file can get its inode.
  const mine = fstatSync(fd, { bigint: true });
  let isOpen = true;
  let lost: LockLoss | undefined;
  let lastBeat = performance.now();
  const isMyEntry = (): boolean => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found?.ino === mine.ino && found.dev === mine.dev;
  };
  const beat = async (): Promise<LockLoss | undefined> => {
    if (lost !== undefined) return lost;
    const seen = await seeLock(path, folder);
    lastBeat = performance.now();
    if (seen?.text !== text || (isOpen && !isMyEntry())) lost = { to: seen?.holder };
    // By its descriptor: never the file of another.
    else if (isOpen) futimesSync(fd, new Date(), new Date());
    return lost;
  };
  const isLongSilent = (): boolean => performance.now() - lastBeat > SILENT_AFTER_MS;
  if ((await beat()) !== undefined) {
    closeSync(fd);
    return undefined;
  }
  const timer = setInterval(() => void beat().catch(() => undefined), HEARTBEAT_MS).unref();
  const detach = (): void => {
    clearInterval(timer);
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    mayHaveRival,
    beat,
    loss: async () => (lost !== undefined || isLongSilent() || !isMyEntry() ? beat() : undefined),
    detach,
    release: async () => {
      const mayBeTaken = isLongSilent();
      detach();
      if (lost === undefined) await unclaim(path, folder, text, claimant, mayBeTaken);
    },
  };
}

function openOrUndefined(path: string): number | undefined {
  try {
    return openSync(path, 'r+');
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
