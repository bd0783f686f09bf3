import type { LockHolder } from '../lock/lock.js';
import { holderLife, isSilent, readLock } from '../lock/lock.js';

/** The process that may still write the run in `folder`: a living one, or one on another host that is not silent. */
export async function writerOfRun(folder: string): Promise<LockHolder | undefined> {
  const holder = await readLock(folder);
  if (holder === undefined) return undefined;
  const life = holderLife(holder);
  return life === 'alive' || (life === 'unknown' && !isSilent(holder)) ? holder : undefined;
}
