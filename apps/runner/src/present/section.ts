import { table } from './table.js';

/** A section of a text: a title, a sentence about its contents, and a table below it; empty if there are no rows. */
export const section = (title: string, what: string, rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : `${title}\n  ${what}\n${table(rows.map((row) => ['  ', ...row]))}`;
