import type { Fields } from './record-format.js';
import { migrateFields } from './record-format.js';

/*
 * Versions of what a run's folder holds, as `format` in its `run.json` says. An older folder is read as if it were of
 * today; it is written so once the run goes on.
 */

/** Each makes a record of format n (from 1) one of format n + 1. */
const migrations: readonly ((record: Fields) => Fields)[] = [
  // Format 1 named none, and left out what was not asked for.
  ({ threads = null, rewrites = true, ...record }) => ({ ...record, threads, rewrites }),
];

/** The format that is written. */
export const RUN_FORMAT = migrations.length + 1;

/** A record of any format as one of today's, without its `format`; or why that is not possible. */
export const migrateRecord = (record: Fields): ReturnType<typeof migrateFields> =>
  migrateFields(record, migrations);
