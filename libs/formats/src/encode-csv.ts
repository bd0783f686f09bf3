import { printableLines } from '@grokscope/base';
import type { Table } from './table.js';

/**
 * Encodes a table as CSV in UTF-8: a header, then one line for each row, each ended by a newline; null becomes an empty
 * field. Numbers have enough digits to read back as the same float64. For texts, see `csvField`.
 *
 * Source: RFC 4180, with `\n` for line ends.
 */
export function encodeCsv(table: Table): Uint8Array {
  const nRows = table[0]?.values.length ?? 0;
  const rows: CsvField[][] = [table.map(({ name }) => name)];
  for (let row = 0; row < nRows; row++) rows.push(table.map(({ values }) => values[row]));
  return new TextEncoder().encode(csvLines(rows, '\n'));
}

/** What one field of a CSV file can hold. */
export type CsvField = number | string | boolean | null | undefined;

/** Rows of fields as the lines of a CSV file, each ended by `lineEnd`; fields are written by `csvField`. */
export function csvLines(rows: readonly (readonly CsvField[])[], lineEnd: '\n' | '\r\n'): string {
  return rows.map((row) => `${row.map(csvField).join(',')}${lineEnd}`).join('');
}

/** Characters that begin a formula in a spreadsheet; a formula can send the sheet's other contents elsewhere. */
const FORMULA = /^[=+\-@\t\r]/;
/** `-0.5`, `+1e-9`: a number is not a formula. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * One field of a CSV file, quoted if necessary. A text that a spreadsheet would read as a formula (`=1+1`, `-x + y`)
 * gets an apostrophe in front, and so does a text that begins with an apostrophe: removing one apostrophe restores the
 * original. Control characters are written as escapes; line ends and tabs stay.
 */
export function csvField(value: CsvField): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = printableLines(isFormula(value) || value.startsWith("'") ? `'${value}` : value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const isFormula = (text: string): boolean => FORMULA.test(text) && !NUMBER.test(text);
