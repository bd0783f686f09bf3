import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'libsql';
import { whileLocked } from '../lock/while-locked.js';

/**
 * The version of the layout below; an index of another version is rebuilt, since all its contents come from the run
 * folders.
 */
const VERSION = 4;

const SCHEMA = `
  CREATE TABLE run (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, task TEXT NOT NULL, created_at TEXT NOT NULL, steps INTEGER NOT NULL,
    record_stamp TEXT NOT NULL, quiet_since REAL, has_ended INTEGER NOT NULL, size INTEGER NOT NULL,
    events_stamp TEXT NOT NULL, events_sum TEXT NOT NULL,
    points INTEGER NOT NULL, facts TEXT NOT NULL, notes TEXT NOT NULL, origin TEXT NOT NULL, problem TEXT
  ) WITHOUT ROWID;
  CREATE TABLE chunk (
    run TEXT NOT NULL, metric TEXT NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL,
    first_step REAL NOT NULL, last_step REAL NOT NULL, entries BLOB NOT NULL,
    PRIMARY KEY (run, metric, level, number)
  );
`;

/** An open index file. */
export type IndexDatabase = Database.Database;

/** What the index holds about a run. */
export interface IndexedRun {
  readonly id: string;
  readonly name: string;
  readonly task: string;
  readonly created_at: string;
  readonly steps: number;
  /** Detects changes of `run.json` and `notes.json`. */
  readonly record_stamp: string;
  /** Modification time of the folder of an ended run, if nothing has happened in it since. */
  readonly quiet_since: number | null;
  readonly has_ended: 0 | 1;
  /** Bytes of the events file that are indexed: whole lines. */
  readonly size: number;
  /** `FileStamp` of the events file at that time, as JSON; `null` if there was no file. */
  readonly events_stamp: string;
  /** Checksum of the last indexed bytes, to detect whether the file still continues from them. */
  readonly events_sum: string;
  /** Metrics events that are indexed. */
  readonly points: number;
  /** `RunFacts`, `RunNotes` and `RunOrigin` as JSON. */
  readonly facts: string;
  readonly notes: string;
  readonly origin: string;
  readonly problem: string | null;
}

/** Opens the index at `path`; one that is absent, damaged or of another version is created anew, empty. */
export async function openDatabase(path: string): Promise<IndexDatabase> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  // Without its file, a journal would be applied to the new one.
  if (!existsSync(path)) return whileLocked(folder, () => openNow(path));
  return openNow(path);
}

async function openNow(path: string): Promise<IndexDatabase> {
  try {
    if (!existsSync(path)) await removeDatabase(path);
    return prepare(path);
  } catch (thrown) {
    if (isBusy(thrown)) throw thrown;
    await removeDatabase(path);
    return prepare(path);
  }
}

/** Deletes an index with its journal. */
export async function removeDatabase(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
}

/** Whether another process merely held the file a little long. */
export function isBusy(thrown: unknown): boolean {
  return (
    thrown instanceof Error && /SQLITE_BUSY|database is locked/.test(`${codeOf(thrown)} ${thrown.message}`)
  );
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function prepare(path: string): IndexDatabase {
  const isNew = !existsSync(path);
  const db = new Database(path);
  try {
    db.pragma('busy_timeout = 5000');
    db.pragma('journal_mode = WAL');
    // The folders are authoritative: anything lost in a power cut is read again.
    db.pragma('synchronous = NORMAL');
    const found = isNew ? 0 : versionOf(db);
    if (found === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${VERSION}; COMMIT;`);
    else if (found !== VERSION) throw new Error(`the index has version ${found}`);
    db.prepare('SELECT count(*) FROM run').get();
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

function versionOf(db: IndexDatabase): number {
  const row = db.prepare('PRAGMA user_version').get() as { user_version?: number } | undefined;
  return row?.user_version ?? 0;
}

/** The runs that are indexed, by id. */
export function indexedRuns(db: IndexDatabase): ReadonlyMap<string, IndexedRun> {
  const rows = db.prepare('SELECT * FROM run').all() as IndexedRun[];
  return new Map(rows.map((row) => [row.id, row]));
}

/** What is indexed about one run, if anything. */
export function rowOf(db: IndexDatabase, runId: string): IndexedRun | undefined {
  return db.prepare('SELECT * FROM run WHERE id = ?').get(runId) as IndexedRun | undefined;
}

/** Adds or replaces what is indexed about a run. */
export function saveRow(db: IndexDatabase, row: IndexedRun): void {
  const marks = COLUMNS.map(() => '?').join(', ');
  db.prepare(`INSERT OR REPLACE INTO run (${COLUMNS.join(', ')}) VALUES (${marks})`).run(
    ...COLUMNS.map((column) => row[column]),
  );
}

const COLUMNS = [
  'id',
  'name',
  'task',
  'created_at',
  'steps',
  'record_stamp',
  'quiet_since',
  'has_ended',
  'size',
  'events_stamp',
  'events_sum',
  'points',
  'facts',
  'notes',
  'origin',
  'problem',
] as const satisfies readonly (keyof IndexedRun)[];

/** Removes a run with its curves. */
export function removeRun(db: IndexDatabase, runId: string): void {
  inTransaction(db, () => {
    db.prepare('DELETE FROM chunk WHERE run = ?').run(runId);
    db.prepare('DELETE FROM run WHERE id = ?').run(runId);
  });
}

/** In one transaction. */
export function inTransaction(db: IndexDatabase, action: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    action();
    db.exec('COMMIT');
  } catch (thrown) {
    db.exec('ROLLBACK');
    throw thrown;
  }
}

/** Whether the error says that the file is not a complete index. */
export function isDamage(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /SQLITE_(CORRUPT|NOTADB|IOERR|READONLY_DBMOVED)|malformed|not a database|no such (table|column)|lacks a chunk/.test(
      `${codeOf(thrown)} ${thrown.message}`,
    )
  );
}

/** Whether the error concerns the index itself, not the data to be stored. */
export function isOfDatabase(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = codeOf(thrown);
  return isDamage(thrown) || isBusy(thrown) || (code.startsWith('SQLITE') && !code.includes('CONSTRAINT'));
}
