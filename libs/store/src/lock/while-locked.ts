import type { HeldLock } from './lock.js';
import { acquireLock } from './lock.js';

const RETRY_MS = 20;
const PATIENCE_MS = 3000;

/**
 * Does work that one process at a time may do in `folder`; waits for another for a while. `mayWrite` rejects once the
 * lock is another's: work asks it before each writing. Throws where the other takes more time, with who it is.
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

/** Rejects where a lock is this process's no more, with who has it. */
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
