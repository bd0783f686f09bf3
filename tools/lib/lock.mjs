import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;

/** No task lasts this long: after it, the holder's process id must have been reused by another program. */
const longestTaskMs = 15 * 60_000;

/** The id is written immediately after the file is created; a file still without one after this time has no holder. */
const namingMs = 5000;

/**
 * Runs a task while holding a lock file, so that two processes never build into the same folders at once.
 *
 * Waits for a living holder; a lock whose holder is gone is taken over.
 * @template T
 * @param {string} file absolute; holds the holder's process id
 * @param {() => void} onWait called once if there is a holder to wait for
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, task) {
  mkdirSync(path.dirname(file), { recursive: true });
  let waited = false;
  while (!tryLock(file)) {
    if (!waited) onWait();
    waited = true;
    await sleep(pollMs);
  }
  const release = () => rmSync(file, { force: true });
  process.on('exit', release);
  try {
    return await task();
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * @param {string} file
 * @returns {boolean} whether this process now holds the lock
 */
function tryLock(file) {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  if (holderIsGone(file)) rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function holderIsGone(file) {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    const ageMs = Date.now() - statSync(file).mtimeMs;
    // Empty for an instant, between its creation and the writing of the id; if longer, its creator was interrupted.
    if (!(holder > 0)) return ageMs > namingMs;
    if (ageMs > longestTaskMs) return true;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
