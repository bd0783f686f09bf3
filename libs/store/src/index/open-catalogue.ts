import { access, constants } from 'node:fs/promises';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { StoreError } from '../errors.js';
import { seriesOfFolder } from '../events/event-series.js';
import { createRunCatalogue } from './list-runs.js';
import type { RunCatalogue } from './list-runs.js';
import type { RunIndex } from './run-index.js';
import type { Series, SeriesQuery } from '../events/series-metrics.js';

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

/** A catalogue that opens its index at the first question, and tries again while there is none. */
export interface IndexedCatalogue extends RunCatalogue {
  /**
   * A part of one curve of a run: of `seriesMetrics`, or a column of its table, which is read from its events. Errors:
   * those of `get`.
   */
  series(runId: string, metric: string, query: SeriesQuery): TE.TaskEither<StoreError, Series>;
}

/** The runs of `runsDir` for a process that lives long; nothing is made or read before it is asked. */
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
