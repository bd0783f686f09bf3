import { access, constants } from 'node:fs/promises';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { StoreError } from '../errors.js';
import { seriesOfFolder } from '../events/event-series.js';
import { createRunCatalogue } from './list-runs.js';
import type { RunCatalogue } from './list-runs.js';
import type { RunIndex } from './run-index.js';
import type { Series, SeriesQuery } from '../events/series-metrics.js';

/** A catalogue, with its index if there is one. */
export type OpenedCatalogue = { readonly catalogue: RunCatalogue; readonly index: RunIndex | undefined };

/**
 * The runs of `runsDir` through its index, which is created if it does not exist. If the folder is missing or
 * read-only, or the database cannot be loaded, works without an index: slower, with the same results.
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

/** A catalogue that opens its index on the first call, and retries as long as there is none. */
export interface IndexedCatalogue extends RunCatalogue {
  /**
   * A part of one curve of a run: one of `seriesMetrics`, or a column of its table, which is read from its events.
   * Errors: those of `get`.
   */
  series(runId: string, metric: string, query: SeriesQuery): TE.TaskEither<StoreError, Series>;
}

/** The runs of `runsDir` for a long-lived process; nothing is created or read before the first call. */
export function createIndexedCatalogue(runsDir: string): IndexedCatalogue {
  const byFolder = createRunCatalogue(runsDir);
  let opening: Promise<OpenedCatalogue> | undefined;
  const index = async (): Promise<RunIndex | undefined> => {
    opening ??= openCatalogue(runsDir);
    const opened = await opening;
    if (opened.index === undefined) opening = undefined;
    return opened.index;
  };
  return {
    list: () => async () => ((await index()) ?? byFolder).list()(),
    get: (runId) => async () => ((await index()) ?? byFolder).get(runId)(),
    series: (runId, metric, query) => async () => {
      const indexed = await index();
      return indexed === undefined
        ? seriesOfFolder(runsDir, runId, metric, query)
        : indexed.series(runId, metric, query)();
    },
  };
}
