import type { LockHolder } from './lock.js';
import { acquireLock } from './lock.js';

/** Another process has been at work for long. */
export class LockedTooLong extends Error {
  override readonly name = 'LockedTooLong';
  constructor({ pid, host, since }: LockHolder) {
    super(`process ${pid} on ${host} has been at work there since ${since}`);
  }
}

const RETRY_MS = 20;
const PATIENCE_MS = 3000;

/**
 * Does work that one process at a time may do in `folder`; waits for another for a while. Throws `LockedTooLong`
 * where that one takes more time.
 */
export async function whileLocked<T>(folder: string, work: () => Promise<T>, lockFile?: string): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await acquireLock(folder, lockFile);
    if ('release' in lock) return work().finally(() => lock.release());
    if (performance.now() > until) throw new LockedTooLong(lock);
    await new Promise((resolveLater) => setTimeout(resolveLater, RETRY_MS));
  }
}
