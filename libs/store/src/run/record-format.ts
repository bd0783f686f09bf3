/** The content of a small file before any of it is trusted. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Converts a record of any format to the current one, without its `format`, or returns why that is not possible. The
 * first format had no number; each migration converts a record of format n (from 1) to format n + 1, and the last one
 * to the current format.
 */
export function migrateFields(
  record: Fields,
  migrations: readonly ((record: Fields) => Fields)[],
): { readonly record: Fields } | { readonly problem: string } {
  const { format = 1, ...fields } = record;
  const newest = migrations.length + 1;
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) {
    return { problem: `format is ${JSON.stringify(format)}, which is not a version` };
  }
  if (format > newest) {
    const known = newest === 1 ? 'format 1' : `formats 1 to ${newest}`;
    return {
      problem: `has format ${format}, and this version of Grokscope reads ${known}; a newer one wrote it`,
    };
  }
  return { record: migrations.slice(format - 1).reduce((older, migrate) => migrate(older), fields) };
}
