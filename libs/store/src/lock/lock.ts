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
/** Two missed heartbeats: the holder is silent. */
const SILENT_AFTER_MS = 2 * HEARTBEAT_MS;
/** A holder elsewhere that is silent for this long has lost its run to any process that requests it. */
const LEASE_MS = 60_000;

const LOCK_FILE = 'lock.json';
/**
 * A process that has created the lock writes its name into it at once; after this time it must have been interrupted.
 */
const WRITING_TAKES_MS = 5000;

/** What can be known about a holder from here: on another host, or in another pid namespace, its state is unknown. */
export type HolderLife = 'alive' | 'dead' | 'unknown';

/** Whether the process that holds a lock is still running. */
export function holderLife(holder: LockHolder): HolderLife {
  if (holder.pid === UNREAD_PID) {
    return Date.now() - Date.parse(holder.since) > WRITING_TAKES_MS ? 'dead' : 'alive';
  }
  // A process that holds the folder from which this one was copied does not hold this one.
  if (holder.copiedFrom !== undefined) return 'dead';
  if (!isHere(holder)) return 'unknown';
  return isRunning(holder.pid, holder.processStart) ? 'alive' : 'dead';
}

/** Whether the holder missed two heartbeats. It may revive: its process can be suspended, its host disconnected. */
export function isSilent({ lastSeen, since }: LockHolder, now = Date.now()): boolean {
  return now - Date.parse(lastSeen ?? since) > SILENT_AFTER_MS;
}

/** Whether another process may take the run: its holder is dead, or elsewhere and silent for a lease. */
function isGone(holder: LockHolder): boolean {
  const life = holderLife(holder);
  if (life !== 'unknown') return life === 'dead';
  return Date.now() - Date.parse(holder.lastSeen ?? holder.since) > LEASE_MS;
}

/** ISO time from which a holder whose state is unknown here has lost its lock, unless it gives a sign of life. */
export function freeAt(holder: LockHolder): string | undefined {
  if (holderLife(holder) !== 'unknown') return undefined;
  return new Date(Date.parse(holder.lastSeen ?? holder.since) + LEASE_MS).toISOString();
}

/** The holder named in a run folder's lock file, or undefined if the folder is not locked. */
export async function readLock(folder: string, name = LOCK_FILE): Promise<LockHolder | undefined> {
  return (await seeLock(join(folder, name), folder))?.holder;
}

/**
 * The guards that processes left behind when they died while taking the lock of a run folder. Only the holder of the
 * lock may remove them. The guard of its own lock file, which another process may hold that takes it for dead, is not
 * among them.
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
  /** The new holder; undefined if there is none: the folder was moved or deleted. */
  readonly to: LockHolder | undefined;
}

/** A lock that this process holds, with a heartbeat until it is released. */
export interface HeldLock {
  /**
   * Whether the former holder may still be running elsewhere: it may then complete a write that it began while it held
   * the lock.
   */
  readonly mayHaveRival: boolean;
  /**
   * Checks, before each write, whether the lock no longer belongs to this process: it was silent for too long, or the
   * folder is not where it was. One look at the lock file's entry, without reading it.
   */
  readonly loss: () => Promise<LockLoss | undefined>;
  /** Like `loss`, but reads the lock file whatever the time of the last heartbeat. */
  readonly beat: () => Promise<LockLoss | undefined>;
  /** Stops the heartbeat and closes the lock file, which stays: for a caller that deletes the folder with it. */
  readonly detach: () => void;
  /** Gives up the lock, if it is still held. */
  readonly release: () => Promise<void>;
}

/**
 * Takes the lock of a folder for this process; returns the holder instead if a living process has it. `name` selects
 * another lock than that of the run. The lock of a holder that is gone is taken over; of several processes that try,
 * one succeeds (see `claim`).
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

/** The lock put at `path`; undefined if it became another's again before it was opened. */
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
    // By its descriptor: never another process's file.
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
