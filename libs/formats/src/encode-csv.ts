import type { Table } from './table.js';

/**
 * A table as CSV in UTF-8: a header, then a line a row, each ended by a newline; null is an empty field. Numbers have
 * the digits that give back the same float64.
 *
 * Source: RFC 4180, with `\n` for line ends.
 */
export function encodeCsv(table: Table): Uint8Array {
  const nRows = table[0]?.values.length ?? 0;
  const lines = [table.map(({ name }) => field(name)).join(',')];
  for (let row = 0; row < nRows; row++) lines.push(table.map(({ values }) => field(values[row])).join(','));
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function field(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
