import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'libsql';

/** The layout below; an index of another is made anew, for all it holds stands in the run folders. */
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE run (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL, steps INTEGER NOT NULL,
    record_stamp TEXT NOT NULL, size INTEGER NOT NULL, points INTEGER NOT NULL, facts TEXT NOT NULL, problem TEXT
  ) WITHOUT ROWID;
  CREATE TABLE chunk (
    run TEXT NOT NULL, metric TEXT NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL,
    first_step REAL NOT NULL, last_step REAL NOT NULL, entries BLOB NOT NULL,
    PRIMARY KEY (run, metric, level, number)
  );
`;

/** An open index file. */
export type IndexDatabase = Database.Database;

/** Opens the index at `path`; one that is absent, damaged or of another version is made anew, empty. */
export async function openDatabase(path: string): Promise<IndexDatabase> {
  await mkdir(dirname(path), { recursive: true });
  try {
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

/** Whether another process only held the file a little long. */
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
    // The folders are the truth: what a power cut takes is read again.
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
