import type { Fields } from './record-format.js';
import { migrateFields } from './record-format.js';

/*
 * Versions of a run folder's contents, as recorded by `format` in its `run.json`. An older folder is read as if it were
 * current; it is rewritten once the run continues.
 */

/** Each converts a record of format n (from 1) to format n + 1. */
const migrations: readonly ((record: Fields) => Fields)[] = [
  // Format 1 had no number, and left out what was not requested.
  ({ threads = null, rewrites = true, ...record }) => ({ ...record, threads, rewrites }),
];

/** The format that is written. */
export const RUN_FORMAT = migrations.length + 1;

/** Converts a record of any format to the current one, without its `format`, or returns why that is not possible. */
export const migrateRecord = (record: Fields): ReturnType<typeof migrateFields> =>
  migrateFields(record, migrations);
