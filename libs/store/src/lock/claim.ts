import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../errors.js';
import type { LockHolder, SeenLock } from './lock-file.js';
import { seeLock } from './lock-file.js';

/*
 * How a lock file gets a new owner. Every lock file has a key of its own (`SeenLock`), and these rules hold:
 *
 * 1. If there is no file, one is linked into place complete (`link` fails if there is one): of several takers one
 *   succeeds, and no reader sees half of it.
 * 2. A file is replaced or removed only by the process that holds its guard, a second lock file named after its key,
 *   and only if the file still has that key when checked under the guard.
 *
 * So a taker that found a dead holder and was then overtaken does no harm, however late it acts: its guard belongs to a
 * file that no longer exists, and it notices this. The guard of a dead process is a lock like any other and gets a new
 * owner in the same way, by a guard of its own.
 *
 * What no lock file can prevent: a taker on another host that is stopped for a minute between checking and replacing
 * can replace the lock of its successor. The writers then notice before they write (`HeldLock.loss`), and by then the
 * events file itself is another one (`takeRun`).
 */

/** How long to wait for others that take the same lock. */
const PATIENCE_MS = 3000;
const RETRY_MS = 3;

/** A process that wants a lock. */
export interface Claimant {
  /** The text it writes into the lock; `from` is the former holder, which is gone. */
  readonly textAfter: (from: LockHolder | undefined) => string;
  /** Whether a holder is gone, so that its lock is free. */
  readonly isGone: (holder: LockHolder) => boolean;
}

/** Takes the lock of `folder` at `path` and returns the text written there, or the holder if it is not gone. */
export async function claim(path: string, folder: string, by: Claimant): Promise<string | LockHolder> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await seeLock(path, folder);
    if (seen === undefined) {
      const text = by.textAfter(undefined);
      if (await putNew(path, text)) return text;
      continue;
    }
    if (!by.isGone(seen.holder)) return seen.holder;
    const text = by.textAfter(seen.holder);
    if (await underGuard(path, folder, by, seen, () => putOver(path, text))) return text;
    if (performance.now() > until) return seen.holder;
    await delay(RETRY_MS * Math.random());
  }
}

/**
 * Removes the lock file with the given text from `path`, if it is still there; another's stays. `mayBeTaken`: whether
 * the owner was silent for so long that another process may be taking the lock from it.
 */
export async function unclaim(
  path: string,
  folder: string,
  text: string,
  by: Claimant,
  mayBeTaken: boolean,
): Promise<void> {
  const seen = await seeLock(path, folder);
  if (seen?.text !== text) return;
  // Needs no space on the disk, which may be full.
  if (!mayBeTaken) await rm(path, { force: true });
  else await underGuard(path, folder, by, seen, () => rm(path, { force: true }));
}

/** Applies `change` to the lock file that was seen, if it is still that one and no other process is changing it. */
async function underGuard(
  path: string,
  folder: string,
  by: Claimant,
  seen: SeenLock,
  change: () => Promise<void>,
): Promise<boolean> {
  const guard = guardOf(path, seen);
  if (typeof (await claim(guard, folder, by)) !== 'string') return false;
  try {
    if ((await seeLock(path, folder))?.key !== seen.key) return false;
    await change();
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

const GUARD = '.guard';

/** The lock file under which the lock file seen at `path` is changed. */
export const guardOf = (path: string, { key }: SeenLock): string => `${path}.${key}${GUARD}`;

/** Whether `name` is that of a guard of the lock file with the other name. */
export const isGuardOf = (lock: string, name: string): boolean =>
  name.startsWith(`${lock}.`) && name.endsWith(GUARD);

/** The error codes of `link` on file systems without hard links (FAT, some network disks). */
const NO_LINKS = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EMLINK',
  'EACCES',
  'UNKNOWN',
]);

/** Creates a file with its complete text at once; false if there is one already. */
async function putNew(path: string, text: string): Promise<boolean> {
  try {
    await viaTemporary(path, text, (temporary) => link(temporary, path));
    return true;
  } catch (thrown) {
    const code = errorCode(thrown) ?? '';
    // The temporary file is missing if another holder cleaned up the folder meanwhile; then the attempt is repeated.
    if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(dirname(path)))) return false;
    if (!NO_LINKS.has(code)) throw thrown;
  }
  return putNewInPlace(path, text);
}

/** Like `putNew`, but a reader may see the file before its text, and then waits for it (`UNREAD_PID`). */
async function putNewInPlace(path: string, text: string): Promise<boolean> {
  try {
    await write(path, text);
    return true;
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

async function putOver(path: string, text: string): Promise<void> {
  await viaTemporary(path, text, (temporary) => rename(temporary, path));
}

async function viaTemporary(
  path: string,
  text: string,
  use: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await write(temporary, text);
    await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Not synced: after a power cut no process holds anything. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
