import { acquireLock } from './lock.js';

const RETRY_MS = 20;
const PATIENCE_MS = 3000;

/**
 * Does work that one process at a time may do in `folder`; waits for another for a while. Throws where that one
 * takes more time, with who it is.
 */
export async function whileLocked<T>(folder: string, work: () => Promise<T>, lockFile?: string): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await acquireLock(folder, lockFile);
    if ('release' in lock) return work().finally(() => lock.release());
    if (performance.now() > until) {
      throw new Error(`process ${lock.pid} on ${lock.host} has been at work there since ${lock.since}`);
    }
    await new Promise((resolveLater) => setTimeout(resolveLater, RETRY_MS));
  }
}
