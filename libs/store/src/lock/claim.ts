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
 * 1. Where there is no file, one is linked into place whole (`link` fails where there is one): of several takers one
 *    has it, and no reader sees half of it.
 * 2. A file is replaced or removed only by whoever holds its guard, a second lock file named after its key, and only
 *    if the file is still that of the key, looked at under the guard.
 *
 * So a taker that found a dead holder and was then overtaken does no harm, however late it comes: the guard it takes is
 * that of a file which is there no more, and it sees so. The guard of a dead process is a lock like any other and gets
 * a new owner in the same way, by a guard of its own.
 *
 * What no lock file can give: a taker on another host that stands still for a minute between looking and replacing
 * can replace the lock of whoever replaced it. The writers then find out before they write (`HeldLock.loss`), and the
 * events file itself is another by then (`takeRun`).
 */

/** Until when one may wait for others that take the same lock. */
const PATIENCE_MS = 3000;
const RETRY_MS = 3;

/** Who wants a lock. */
export interface Claimant {
  /** What it writes into the lock; `from` is who had it and is gone. */
  readonly textAfter: (from: LockHolder | undefined) => string;
  /** Who is gone, so that what it holds is free. */
  readonly isGone: (holder: LockHolder) => boolean;
}

/** Takes the lock of `folder` at `path` and returns what was written there; the holder where one is not gone. */
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
 * Removes the lock file of the text from `path`, if it is still there; another's stays. `mayBeTaken`: whether the owner
 * was silent for so long that another may be taking the lock from it.
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
  // Needs no room on the disk, which may be full.
  if (!mayBeTaken) await rm(path, { force: true });
  else await underGuard(path, folder, by, seen, () => rm(path, { force: true }));
}

/** Does `change` to the lock file that was seen, if it is still that one and nobody else is changing it. */
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

/** The lock file under which the lock file that was seen at `path` is changed. */
export const guardOf = (path: string, { key }: SeenLock): string => `${path}.${key}${GUARD}`;

/** Whether `name` is that of a guard of the lock file of another name. */
export const isGuardOf = (lock: string, name: string): boolean =>
  name.startsWith(`${lock}.`) && name.endsWith(GUARD);

/** What file systems without hard links (FAT, some network disks) say to `link`. */
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

/** Makes a file that is not there yet, with all its text at once; false where there is one. */
async function putNew(path: string, text: string): Promise<boolean> {
  try {
    await viaTemporary(path, text, (temporary) => link(temporary, path));
    return true;
  } catch (thrown) {
    const code = errorCode(thrown) ?? '';
    // The temporary file is gone where another holder tidied the folder up meanwhile; then it is tried again.
    if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(dirname(path)))) return false;
    if (!NO_LINKS.has(code)) throw thrown;
  }
  return putNewInPlace(path, text);
}

/** As `putNew`, but a reader may see the file before its text: it then waits for it (`UNREAD_PID`). */
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

/** Not synced: after a power cut nobody holds anything. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
