import type { HeldLock } from './lock.js';
import { acquireLock } from './lock.js';

const RETRY_MS = 20;
const PATIENCE_MS = 3000;

/**
 * Does work in `folder` that only one process at a time may do; waits a while for another process. `mayWrite` rejects
 * once the lock is another's; the work calls it before each write. If the other process takes longer, throws an error
 * that names it.
 */
export async function whileLocked<T>(
  folder: string,
  work: (mayWrite: () => Promise<void>) => Promise<T>,
  lockFile?: string,
): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await acquireLock(folder, lockFile);
    if ('release' in lock) return work(() => assertHeld(lock)).finally(() => lock.release());
    if (performance.now() > until) {
      throw new Error(`process ${lock.pid} on ${lock.host} has been at work there since ${lock.since}`);
    }
    await new Promise((resolveLater) => setTimeout(resolveLater, RETRY_MS));
  }
}

/** Rejects if a lock no longer belongs to this process, and names the new holder. */
export async function assertHeld(lock: Pick<HeldLock, 'beat'>): Promise<void> {
  const loss = await lock.beat();
  if (loss === undefined) return;
  const { to } = loss;
  throw new Error(
    to === undefined
      ? 'its lock is gone: the folder was moved, renamed or deleted meanwhile'
      : `process ${to.pid} on ${to.host} has taken its lock meanwhile, since ${to.since}`,
  );
}
