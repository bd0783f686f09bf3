import * as E from 'fp-ts/lib/Either.js';
import Papa from 'papaparse';
import { faulty, type ContentFault } from './file-fault.js';
import { decodeUtf8 } from './utf8.js';

/** One line of a table. */
export interface Line {
  /** Its number in the file, from 1. */
  readonly line: number;
  /** Its cells, without spaces around them. */
  readonly cells: readonly string[];
}

/**
 * Reads a CSV or TSV file line by line; quoted cells may hold line ends. Left at the first line that is empty, has not as
 * many cells as the first, or a quotation that is not closed, and where `take` returns a fault.
 *
 * @param name decides the separator: tabs in `.tsv` and `.tab`, or where the first line has one and no comma
 */
export function readCells(
  bytes: Uint8Array,
  name: string,
  take: (line: Line) => ContentFault | undefined,
): E.Either<ContentFault, void> {
  const decoded = decodeUtf8(bytes);
  if (E.isLeft(decoded)) return decoded;
  const text = decoded.right.endsWith('\n') ? decoded.right.slice(0, -1) : decoded.right;
  if (text.trim() === '') return faulty('is empty', 'a file with a line for each row');
  let fault: ContentFault | undefined;
  let line = 1;
  let width = 0;
  const hasQuotes = text.includes('"');
  Papa.parse<string[]>(text, {
    delimiter: separatorOf(name, text),
    newline: '\n',
    step: ({ data, errors }, parser) => {
      const cells = data.map((cell) => cell.trim());
      width ||= cells.length;
      fault = lineFault(cells, line, width, errors[0]?.message) ?? take({ line, cells });
      if (fault !== undefined) parser.abort();
      line += 1 + (hasQuotes ? data.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0) : 0);
    },
  });
  return fault === undefined ? E.right(undefined) : E.left(fault);
}

function separatorOf(name: string, text: string): string {
  if (/\.(tsv|tab)$/i.test(name)) return '\t';
  if (/\.csv$/i.test(name)) return ',';
  const [first = ''] = text.split('\n', 1);
  return first.includes('\t') && !first.includes(',') ? '\t' : ',';
}

function lineFault(
  cells: readonly string[],
  line: number,
  width: number,
  problem: string | undefined,
): ContentFault | undefined {
  if (cells.length === 1 && cells[0] === '' && width > 0)
    return { message: `line ${line} is empty`, allowed: 'a row in every line' };
  if (problem !== undefined)
    return { message: `line ${line} cannot be read: ${problem}`, allowed: 'cells as CSV writes them' };
  if (cells.length === width) return undefined;
  const message = `line ${line} has ${cells.length} cells, and line 1 has ${width}`;
  return { message, allowed: `${width} cells in every line` };
}
