import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RunNotes } from '@grokscope/schema';
import type { StoreError } from '../errors.js';
import type { IndexDatabase, IndexedRun } from './index-database.js';
import {
  indexedRuns,
  isDamage,
  isOfDatabase,
  openDatabase,
  removeDatabase,
  removeRun,
  rowOf,
} from './index-database.js';
import { seriesOfFolder } from '../events/event-series.js';
import { indexRun } from './index-ingest.js';
import type { FoundRun } from './index-look.js';
import { lookAtRuns, statOrUndefined } from './index-look.js';
import { querySeries } from './index-series.js';
import type { RunCatalogue, RunSummary } from './list-runs.js';
import { createRunCatalogue, newestFirst, summaryOf } from './list-runs.js';
import { decodeRunId } from '../run/run-id.js';
import type { RunOrigin } from '../run/provenance-of.js';
import type { RunFacts } from '../run/run-summary.js';
import type { Series, SeriesQuery } from '../events/series-metrics.js';
import { isSeriesMetric } from '../events/series-metrics.js';
import { runFolders } from '../run/stray-runs.js';
import { whileLocked } from '../lock/while-locked.js';

/** A catalogue that keeps what it read in a file, `.index/runs.db`, and can return a curve of any length at once. */
export interface RunIndex extends RunCatalogue {
  /**
   * A part of one curve of a run: one of `seriesMetrics`, or a column of its table, which is read from its events.
   * Errors: those of `get`.
   */
  series(runId: string, metric: string, query: SeriesQuery): TE.TaskEither<StoreError, Series>;
  close(): void;
}

/** An existing run, with what is indexed about it: nothing if its record cannot be read. */
interface KnownRun {
  readonly found: FoundRun;
  readonly row: IndexedRun | undefined;
}

const INDEX_FOLDER = '.index';

/**
 * Opens the index of `runsDir`. Every call first brings it up to date from the run folders, which stay authoritative:
 * an index that is deleted or damaged is rebuilt. Several processes may read it; one at a time writes, and a process
 * that finds another one writing waits for it for a while. If the index cannot be used (another process, a full disk),
 * the folders themselves are read.
 */
export async function openRunIndex(runsDir: string): Promise<RunIndex> {
  const root = resolve(runsDir);
  const folder = join(root, INDEX_FOLDER);
  const path = join(folder, 'runs.db');
  const byFolder = createRunCatalogue(root);
  let db = await openDatabase(path);
  let inode = (await statOrUndefined(path))?.ino;

  const reopen = async (): Promise<void> => {
    db.close();
    db = await openDatabase(path);
    inode = (await statOrUndefined(path))?.ino;
  };
  /** Runs `use`; if the file turns out to be damaged, runs it once more on a new one. */
  const onDatabase = async <T>(use: (db: IndexDatabase) => Promise<T>): Promise<T> => {
    // Deleted, or rebuilt by another process: the file that is open here is invisible to others.
    if ((await statOrUndefined(path))?.ino !== inode) await reopen();
    try {
      return await use(db);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      await whileLocked(folder, async () => {
        // Another process may have noticed it first.
        if ((await statOrUndefined(path))?.ino === inode) await removeDatabase(path);
      });
      await reopen();
      return use(db);
    }
  };
  const updated = (database: IndexDatabase, behind: readonly FoundRun[]): Promise<void> =>
    whileLocked(folder, async () => {
      for (const found of behind) await indexIfFit(database, root, found);
    });
  const update = async (database: IndexDatabase, runId: string): Promise<KnownRun | undefined> => {
    const before = rowOf(database, runId);
    const known = new Map(before === undefined ? [] : [[runId, before]]);
    const [found] = await lookAtRuns(root, [runId], known, false);
    if (found === undefined) return undefined;
    if (found.isBehind) await updated(database, [found]);
    return { found, row: found.isBehind ? rowOf(database, runId) : before };
  };
  const updateAll = async (
    database: IndexDatabase,
    named: readonly string[],
  ): Promise<readonly KnownRun[]> => {
    const before = indexedRuns(database);
    const found = await lookAtRuns(root, named, before, true);
    const behind = found.filter(({ isBehind }) => isBehind);
    if (behind.length > 0) await updated(database, behind);
    const there = new Set(found.map(({ runId }) => runId));
    for (const id of before.keys()) if (!there.has(id)) removeRun(database, id);
    const rows = behind.length > 0 ? indexedRuns(database) : before;
    return found.map((one) => ({ found: one, row: rows.get(one.runId) }));
  };
  const summarize = async ({ found, row }: KnownRun): Promise<E.Either<StoreError, RunSummary>> => {
    if (row !== undefined) return E.right(summaryOfRow(row, found));
    const { runId } = found;
    return byFolder.get(runId)();
  };

  return {
    get: (runId) => async () => {
      const id = decodeRunId(runId);
      if (E.isLeft(id)) return id;
      try {
        const known = await onDatabase((database) => update(database, runId));
        return known === undefined
          ? E.left({ _tag: 'RunNotFound', runId, runsDir: root })
          : await summarize(known);
      } catch {
        return byFolder.get(runId)();
      }
    },
    list: () => async () => {
      try {
        const { named, others } = await runFolders(root);
        const known = await onDatabase((database) => updateAll(database, named));
        const indexed = known.flatMap(({ found, row }) =>
          row === undefined ? [] : [summaryOfRow(row, found)],
        );
        // A run that cannot be indexed: its folder is damaged, or does not have the name of its run.
        const unfit = known.filter(({ row }) => row === undefined).map(({ found }) => found.runId);
        const shown = await Promise.all([...unfit, ...others].map((name) => byFolder.shown(name)));
        const summaries = [...indexed, ...shown.filter((summary) => summary !== undefined)];
        return E.right(summaries.sort(newestFirst));
      } catch {
        return byFolder.list()();
      }
    },
    series: (runId, metric, query) => async () => {
      const id = decodeRunId(runId);
      if (E.isLeft(id)) return id;
      try {
        return await onDatabase(async (database) => {
          const known = await update(database, runId);
          if (known === undefined) return E.left({ _tag: 'RunNotFound', runId, runsDir: root });
          const summary = await summarize(known);
          if (E.isLeft(summary)) return summary;
          if (known.row === undefined || !isSeriesMetric(metric))
            return seriesOfFolder(root, runId, metric, query);
          return E.right(querySeries(database, runId, metric, known.row.points, query));
        });
      } catch {
        return seriesOfFolder(root, runId, metric, query);
      }
    },
    close: () => void db.close(),
  };
}

/** Brings one run up to date; a run that cannot be indexed is removed, so that it does not delay the others. */
async function indexIfFit(db: IndexDatabase, root: string, found: FoundRun): Promise<void> {
  try {
    if (found.isUnreadable !== true) return await indexRun(db, root, found);
  } catch (thrown) {
    if (isOfDatabase(thrown)) throw thrown;
  }
  removeRun(db, found.runId);
}

function summaryOfRow(row: IndexedRun, { holder }: FoundRun): RunSummary {
  const facts = JSON.parse(row.facts) as RunFacts;
  const named = {
    runId: row.id,
    name: row.name,
    task: row.task,
    createdAt: row.created_at,
    steps: row.steps,
    notes: JSON.parse(row.notes) as RunNotes,
    origin: JSON.parse(row.origin) as RunOrigin,
  };
  // No process holds a run that has ended, except for the moment of closing it.
  return summaryOf(named, facts.ended === null ? holder : undefined, { facts, problem: row.problem });
}
