import { basename, dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { createRunCatalogue } from './list-runs.js';
import type { LockHolder } from './lock.js';
import { holderLife, readLock } from './lock.js';

/**
 * Asks who may still write the run in `folder`: a living process, or one of another host whose run neither
 * ended nor went stale (see `stateOf`). Undefined where nobody does.
 */
export function createHolderQuery(folder: string): () => Promise<LockHolder | undefined> {
  const catalogue = createRunCatalogue(dirname(folder));
  return async () => {
    const holder = await readLock(folder);
    if (holder === undefined) return undefined;
    const life = holderLife(holder);
    if (life !== 'unknown') return life === 'alive' ? holder : undefined;
    const run = await catalogue.get(basename(folder))();
    if (E.isLeft(run)) return run.left._tag === 'DiskFailure' ? holder : undefined;
    return run.right.state === 'running' || run.right.state === 'paused' ? holder : undefined;
  };
}
