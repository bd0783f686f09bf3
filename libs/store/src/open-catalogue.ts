import { access, constants } from 'node:fs/promises';
import { createRunCatalogue } from './list-runs.js';
import type { RunCatalogue } from './list-runs.js';
import type { RunIndex } from './run-index.js';

/** A catalogue, with its index where there is one. */
export type OpenedCatalogue = { readonly catalogue: RunCatalogue; readonly index: RunIndex | undefined };

/**
 * The runs of `runsDir` through its index, which is made if it is not there. Without an index where the folder is not
 * there or read-only, or the database cannot be loaded: slower, and the same.
 */
export async function openCatalogue(runsDir: string): Promise<OpenedCatalogue> {
  try {
    await access(runsDir, constants.W_OK);
    const { openRunIndex } = await import('./run-index.js');
    const index = await openRunIndex(runsDir);
    return { catalogue: index, index };
  } catch {
    return { catalogue: createRunCatalogue(runsDir), index: undefined };
  }
}
