import type { LockHolder } from '../lock/lock.js';
import { holderLife, isSilent, readLock } from '../lock/lock.js';

/** Who may still write the run in `folder`: a living process, or one of another host that is heard of. */
export async function writerOfRun(folder: string): Promise<LockHolder | undefined> {
  const holder = await readLock(folder);
  if (holder === undefined) return undefined;
  const life = holderLife(holder);
  return life === 'alive' || (life === 'unknown' && !isSilent(holder)) ? holder : undefined;
}
