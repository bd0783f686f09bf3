import { table } from './table.js';

/** A part of a text for people: a title, what it tells, and a table under it; nothing where there are no rows. */
export const section = (title: string, what: string, rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : `${title}\n  ${what}\n${table(rows.map((row) => ['  ', ...row]))}`;
