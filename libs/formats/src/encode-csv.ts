import { printableLines } from '@grokscope/base';
import type { Table } from './table.js';

/**
 * A table as CSV in UTF-8: a header, then a line a row, each ended by a newline; null is an empty field. Numbers have
 * the digits that give back the same float64. Texts: see `csvField`.
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

/** Rows of fields as the lines of a CSV file, each ended by `lineEnd`; fields as `csvField` has them. */
export function csvLines(rows: readonly (readonly CsvField[])[], lineEnd: '\n' | '\r\n'): string {
  return rows.map((row) => `${row.map(csvField).join(',')}${lineEnd}`).join('');
}

/** With these a spreadsheet begins a formula, which can send what else the sheet holds elsewhere. */
const FORMULA = /^[=+\-@\t\r]/;
/** `-0.5`, `+1e-9`: a number is no formula. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * One field of a CSV file, quoted where it has to be. A text that a spreadsheet would take for a formula (`=1+1`,
 * `-x + y`) has an apostrophe in front, and so has one that begins with an apostrophe: a reader that takes one off
 * has the text as it was. Control characters are shown as their escapes; line ends and tabs stay.
 */
export function csvField(value: CsvField): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = printableLines(isFormula(value) || value.startsWith("'") ? `'${value}` : value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const isFormula = (text: string): boolean => FORMULA.test(text) && !NUMBER.test(text);
