/*
 * Versions of what a run's folder holds, as `format` in its `run.json` says. An older folder is read as if it were of
 * today; it is written so once the run goes on.
 */

/** The format that is written. */
export const RUN_FORMAT = 2;

type Fields = Readonly<Record<string, unknown>>;

/** Each makes a record of format n (from 1) one of format n + 1. */
const migrations: readonly ((record: Fields) => Fields)[] = [
  // Format 1 named none, and left out what was not asked for.
  ({ threads = null, rewrites = true, ...record }) => ({ ...record, threads, rewrites }),
];

/** A record of any format as one of today's, without its `format`; or why that is not possible. */
export function migrateRecord(record: Fields): { readonly record: Fields } | { readonly problem: string } {
  const { format = 1, ...fields } = record;
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) {
    return { problem: `format is ${JSON.stringify(format)}, which is no version` };
  }
  if (format > RUN_FORMAT) {
    return {
      problem: `has format ${format}, and this version of Grokscope reads formats 1 to ${RUN_FORMAT}; a newer one wrote it`,
    };
  }
  return { record: migrations.slice(format - 1).reduce((older, migrate) => migrate(older), fields) };
}
