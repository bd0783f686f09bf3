import { open, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import { diskFailure, errorCode } from './errors.js';
import type { StoreError } from './errors.js';
import { EventLines, MalformedLine } from './event-lines.js';
import type { IndexDatabase } from './index-database.js';
import { openDatabase, removeDatabase } from './index-database.js';
import { appendSeries, querySeries } from './index-series.js';
import type { RunCatalogue, RunSummary } from './list-runs.js';
import { damaged, newestFirst, runFolders, summaryOf } from './list-runs.js';
import { acquireLock, readLock } from './lock.js';
import { decodeRunId } from './run-id.js';
import { EVENTS_FILE, RUN_FILE, readRunRecord } from './run-record.js';
import type { Series, SeriesMetric, SeriesQuery } from './series-metrics.js';
import type { RunFacts } from './run-summary.js';
import { addEvent, noFacts } from './run-summary.js';

/** A catalogue that keeps what it read in a file, `.index/runs.db`, and can draw a curve of any length at once. */
export interface RunIndex extends RunCatalogue {
  /** A part of one curve of a run. Errors: those of `get`. */
  series(runId: string, metric: SeriesMetric, query: SeriesQuery): TE.TaskEither<StoreError, Series>;
  close(): void;
}

/** What the index holds of a run. */
interface Indexed {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly steps: number;
  /** Tells a `run.json` from another of that name. */
  readonly record_stamp: string;
  /** Bytes of the events file that are indexed: whole lines. */
  readonly size: number;
  /** Metrics events that are indexed. */
  readonly points: number;
  readonly facts: string;
  readonly problem: string | null;
}

const INDEX_FOLDER = '.index';
const LOOKS_AT_ONCE = 64;
const PIECE_BYTES = 4 << 20;

/**
 * Opens the index of `runsDir`. It is brought up to date whenever it is asked, from the run folders, which stay the
 * truth: one that is deleted or damaged is made anew. Several processes may read it; one at a time writes, and who
 * finds another writing waits for it.
 */
export async function openRunIndex(runsDir: string): Promise<RunIndex> {
  const root = resolve(runsDir);
  const folder = join(root, INDEX_FOLDER);
  const path = join(folder, 'runs.db');
  let db = await openDatabase(path);

  /** Runs `use`; where the file turns out damaged, once more on a new one. */
  const onDatabase = async <T>(use: (db: IndexDatabase) => Promise<T>): Promise<T> => {
    try {
      return await use(db);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      db.close();
      await removeDatabase(path);
      db = await openDatabase(path);
      return use(db);
    }
  };
  const update = (only?: string): Promise<Found[]> =>
    onDatabase(async (database) => {
      const found = await lookAt(root, only === undefined ? await runFolders(root) : [only], database);
      const behind = found.filter(({ isBehind }) => isBehind);
      if (behind.length > 0) await whileLocked(folder, () => indexRuns(database, root, behind));
      if (only === undefined) forget(database, found);
      return found;
    });
  const summarize = async ({ runId }: Found): Promise<E.Either<StoreError, RunSummary>> => {
    const row = rowOf(db, runId);
    if (row === undefined) {
      const record = await readRunRecord(root, runId);
      return E.isLeft(record) ? record : E.left({ _tag: 'RunNotFound', runId, runsDir: root });
    }
    return E.right(await summaryOfRow(root, row));
  };

  const get: RunIndex['get'] = (runId) => async () => {
    const id = decodeRunId(runId);
    if (E.isLeft(id)) return id;
    try {
      const [found] = await update(runId);
      return found === undefined
        ? E.left({ _tag: 'RunNotFound', runId, runsDir: root })
        : await summarize(found);
    } catch (thrown) {
      return E.left(diskFailure('read', join(root, runId))(thrown));
    }
  };
  return {
    get,
    list: () =>
      TE.tryCatch(
        async () => {
          const summaries: RunSummary[] = [];
          for (const found of await update()) {
            const summary = await summarize(found);
            if (E.isRight(summary)) summaries.push(summary.right);
            else if (summary.left._tag !== 'RunNotFound') summaries.push(damaged(found.runId, summary.left));
          }
          return summaries.sort(newestFirst);
        },
        diskFailure('list the runs in', root),
      ),
    series: (runId, metric, query) => async () => {
      const summary = await get(runId)();
      if (E.isLeft(summary)) return summary;
      try {
        return E.right(
          await onDatabase(async (database) =>
            querySeries(database, runId, metric, rowOf(database, runId)?.points ?? 0, query),
          ),
        );
      } catch (thrown) {
        return E.left(diskFailure('read', path)(thrown));
      }
    },
    close: () => void db.close(),
  };
}

interface Found {
  readonly runId: string;
  readonly stamp: string;
  readonly size: number;
  readonly isBehind: boolean;
}

/** The runs that are there, each compared with what is indexed of it. */
async function lookAt(root: string, names: readonly string[], db: IndexDatabase): Promise<Found[]> {
  const indexed = new Map<string, Pick<Indexed, 'size' | 'record_stamp'>>();
  for (const row of db.prepare('SELECT id, size, record_stamp FROM run').all() as Indexed[]) {
    indexed.set(row.id, row);
  }
  const found: Found[] = [];
  const look = async (runId: string): Promise<void> => {
    const record = await statOrUndefined(join(root, runId, RUN_FILE));
    if (record === undefined) return;
    const size = (await statOrUndefined(join(root, runId, EVENTS_FILE)))?.size ?? 0;
    const stamp = `${record.mtimeMs} ${record.size} ${record.ino}`;
    const row = indexed.get(runId);
    found.push({ runId, stamp, size, isBehind: row?.size !== size || row.record_stamp !== stamp });
  };
  for (let i = 0; i < names.length; i += LOOKS_AT_ONCE) {
    await Promise.all(names.slice(i, i + LOOKS_AT_ONCE).map(look));
  }
  return found;
}

async function statOrUndefined(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

async function indexRuns(db: IndexDatabase, root: string, behind: readonly Found[]): Promise<void> {
  for (const found of behind) await indexRun(db, root, found);
}

/** Reads on where the index ended, or from the beginning where the run is not the one it knew. */
async function indexRun(db: IndexDatabase, root: string, { runId, stamp }: Found): Promise<void> {
  // Looked at again: another process may have indexed on since.
  const size = (await statOrUndefined(join(root, runId, EVENTS_FILE)))?.size ?? 0;
  const record = await readRunRecord(root, runId);
  if (E.isLeft(record)) return void removeRun(db, runId);
  const { name, createdAt, spec } = record.right;
  const known = rowOf(db, runId);
  const isSame = known !== undefined && known.created_at === createdAt && known.size <= size;
  if (known !== undefined && !isSame) removeRun(db, runId);
  let offset = isSame ? known.size : 0;
  let points = isSame ? known.points : 0;
  let facts = isSame ? (JSON.parse(known.facts) as RunFacts) : noFacts;
  let problem = isSame ? known.problem : null;
  const lines = new EventLines(-1, facts.lastSeq + 1);
  const save = db.prepare('INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const store = (events: readonly RunEvent[]): void => {
    facts = events.reduce(addEvent, facts);
    const measured = events.filter((event): event is MetricsEvent => event.type === 'metrics');
    inTransaction(db, () => {
      if (measured.length > 0) appendSeries(db, runId, points, measured);
      points += measured.length;
      const kept = JSON.stringify(withoutSpec(facts));
      save.run(runId, name, createdAt, spec.training.steps, stamp, offset, points, kept, problem);
    });
  };
  const file = await open(join(root, runId, EVENTS_FILE), 'r').catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  });
  if (file === undefined || problem !== null) return store([]);
  try {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, Math.max(1, size - offset)));
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, offset);
      if (bytesRead === 0) return store([]);
      const events = lines.push(piece.subarray(0, bytesRead));
      // Whole lines only, so that what is read on begins at one.
      const rest = lines.dropRest();
      if (rest === bytesRead) return store([]);
      offset += bytesRead - rest;
      store(events);
    }
  } catch (thrown) {
    if (!(thrown instanceof MalformedLine)) throw thrown;
    problem = `${EVENTS_FILE}, line ${thrown.line}: ${thrown.message}`;
    store([]);
  } finally {
    await file.close();
  }
}

/** The spec stands in `run.json`; a thousand of them would slow the list. */
function withoutSpec(facts: RunFacts): unknown {
  if (facts.started === null) return facts;
  const { engine, threads } = facts.started;
  return { ...facts, started: { engine, threads } };
}

async function summaryOfRow(root: string, row: Indexed): Promise<RunSummary> {
  const facts = JSON.parse(row.facts) as RunFacts;
  // Nobody holds a run that has ended, but for the moment it takes to close it.
  const holder = facts.ended === null ? await readLock(join(root, row.id)) : undefined;
  const named = { runId: row.id, name: row.name, createdAt: row.created_at, steps: row.steps };
  return summaryOf(named, holder, { facts, problem: row.problem });
}

function rowOf(db: IndexDatabase, runId: string): Indexed | undefined {
  return db.prepare('SELECT * FROM run WHERE id = ?').get(runId) as Indexed | undefined;
}

function removeRun(db: IndexDatabase, runId: string): void {
  inTransaction(db, () => {
    db.prepare('DELETE FROM chunk WHERE run = ?').run(runId);
    db.prepare('DELETE FROM run WHERE id = ?').run(runId);
  });
}

/** Removes the runs whose folders are gone. */
function forget(db: IndexDatabase, found: readonly Found[]): void {
  const there = new Set(found.map(({ runId }) => runId));
  for (const { id } of db.prepare('SELECT id FROM run').all() as Indexed[]) {
    if (!there.has(id)) removeRun(db, id);
  }
}

function inTransaction(db: IndexDatabase, action: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    action();
    db.exec('COMMIT');
  } catch (thrown) {
    db.exec('ROLLBACK');
    throw thrown;
  }
}

const RETRY_MS = 20;
const PATIENCE_MS = 10_000;

/** Does the work as the index's only writer; waits for another for a while. */
async function whileLocked(folder: string, work: () => Promise<void>): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await acquireLock(folder);
    if ('release' in lock) {
      await work().finally(() => lock.release());
      return;
    }
    if (performance.now() > until)
      throw new Error(`process ${lock.pid} on ${lock.host} is writing the index`);
    await new Promise((resolveLater) => setTimeout(resolveLater, RETRY_MS));
  }
}

function isDamage(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /SQLITE_(CORRUPT|NOTADB|IOERR)|malformed|not a database|no such table|lacks a chunk/.test(
      `${'code' in thrown ? String(thrown.code) : ''} ${thrown.message}`,
    )
  );
}
