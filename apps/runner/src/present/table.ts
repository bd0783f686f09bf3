import { graphemes, printable } from '@grokscope/base';

/**
 * Returns rows as text columns: left-aligned, two spaces apart, each line ended, with no padding at its end. A cell is
 * one line: characters that would break it are escaped.
 */
export function table(texts: readonly (readonly string[])[]): string {
  const rows = texts.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))));
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, i) =>
        i === row.length - 1 ? cell : `${cell}${' '.repeat((widths[i] ?? 0) - width(cell))}`,
      );
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

const width = (cell: string): number => graphemes(cell).length;
