import * as E from 'fp-ts/lib/Either.js';
import { readCells, type Line } from './cells.js';
import { faulty, type ContentFault } from './file-fault.js';

/** The most different tokens of a table. */
const MAX_TOKENS = 65_536;

/** A table of a file: rows of operands, each with its label, as tokens. */
export interface FileTable {
  /** Names of the columns, the label's last; absent where the file does not name them. */
  readonly names?: readonly string[];
  readonly nRows: number;
  readonly nOperands: number;
  /** `[nRows, nOperands]` row-major. */
  readonly operands: Int32Array;
  /** `[nRows]` */
  readonly labels: Int32Array;
  /**
   * Readable tokens: those that are operands, then those that are labels only; each kind in the order of the numbers where
   * every token is an integer, else of the words. So it does not depend on the order of the rows.
   */
  readonly vocabulary: readonly string[];
  /** How many of them are operands. */
  readonly nValues: number;
  /** How many different labels there are. */
  readonly nClasses: number;
}

/** Rows as they are read: tokens numbered as they come. */
class Reading {
  readonly words = new Map<string, number>();
  readonly operands: number[] = [];
  readonly labels: number[] = [];
  readonly #seen = new Map<string, number>();
  first: Line | undefined;
  names: readonly string[] | undefined;

  constructor(readonly hasHeader: boolean) {}

  readonly take = ({ line, cells }: Line): ContentFault | undefined => {
    if (this.first === undefined) {
      this.first = { line, cells };
      if (cells.length < 2)
        return {
          message: `line ${line} has one cell, which leaves no column before the label`,
          allowed: 'two or more columns, separated by commas (or tabs in .tsv)',
        };
      if (this.hasHeader) {
        this.names = cells;
        return undefined;
      }
    }
    const empty = cells.indexOf('');
    if (empty === cells.length - 1)
      return { message: `line ${line} has no label`, allowed: 'a label in the last column of every line' };
    if (empty >= 0)
      return {
        message: `line ${line} has nothing in column ${empty + 1}`,
        allowed: 'something in every cell',
      };
    return this.#row(line, cells);
  };

  #row(line: number, cells: readonly string[]): ContentFault | undefined {
    const tokens = cells.map((cell) => this.#token(cell));
    if (this.words.size > MAX_TOKENS)
      return {
        message: `has more than ${MAX_TOKENS} different tokens by line ${line}`,
        allowed: `at most ${MAX_TOKENS} different tokens; numbers that are measured, and not names, are none`,
      };
    const label = tokens.pop()!;
    const key = tokens.join();
    const before = this.#seen.get(key);
    if (before !== undefined)
      return {
        message: `line ${line} asks the same as line ${before}`,
        allowed: 'each combination of operands once: it is either trained on or held out',
      };
    this.#seen.set(key, line);
    for (const token of tokens) this.operands.push(token);
    this.labels.push(label);
    return undefined;
  }

  #token(word: string): number {
    const known = this.words.get(word);
    if (known !== undefined) return known;
    this.words.set(word, this.words.size);
    return this.words.size - 1;
  }
}

/** The table that a CSV or TSV file holds; the last column is the label. Left names the line that is not as it should be. */
export function readTable(
  bytes: Uint8Array,
  name: string,
  hasHeader: boolean,
): E.Either<ContentFault, FileTable> {
  const reading = new Reading(hasHeader);
  const read = readCells(bytes, name, reading.take);
  if (E.isLeft(read)) return read;
  const { words, labels, first } = reading;
  if (labels.length < 2)
    return faulty(`has ${labels.length === 1 ? 'one row' : 'no rows'}`, 'two rows or more');
  const nClasses = new Set(labels).size;
  if (nClasses < 2) {
    const [label] = [...words.keys()].slice(labels[0]!);
    return faulty(
      `has one class: every row has the label ${JSON.stringify(label)}, so that there is nothing to learn`,
      'two different labels or more',
    );
  }
  return headerFault(first!, hasHeader, words) ?? E.right(numbered(reading, nClasses));
}

const INTEGER = /^-?(0|[1-9][0-9]*)$/;

/** A first line that is taken for what it is not. */
function headerFault(
  { cells }: Line,
  hasHeader: boolean,
  words: ReadonlyMap<string, number>,
): E.Either<ContentFault, never> | undefined {
  if (hasHeader && cells.every((cell) => words.has(cell)))
    return faulty(
      'line 1 is no header: each of its cells is a token of the rows below it',
      'names of the columns in line 1, or task.header: false',
    );
  const others = [...words.keys()].filter((word) => !cells.includes(word));
  if (!hasHeader && !cells.some((cell) => INTEGER.test(cell)) && others.length > 0 && others.every(isInteger))
    return faulty(
      'line 1 reads like a header: its cells are words, and those below it are numbers',
      'task.header: true, or rows alone',
    );
  return undefined;
}

const isInteger = (word: string): boolean => INTEGER.test(word);

/** The rows with their tokens numbered in the order of the vocabulary. */
function numbered({ words, operands, labels, names }: Reading, nClasses: number): FileTable {
  const all = [...words.keys()];
  const isOperand = new Uint8Array(all.length);
  for (const token of operands) isOperand[token] = 1;
  const inOrder = all.every(isInteger)
    ? (a: number, b: number): number => Number(all[a]) - Number(all[b])
    : (a: number, b: number): number => (all[a]! < all[b]! ? -1 : 1);
  const order = Array.from(all, (_, token) => token).sort(
    (a, b) => isOperand[b]! - isOperand[a]! || inOrder(a, b),
  );
  const newOf = new Int32Array(all.length);
  order.forEach((token, place) => (newOf[token] = place));
  return {
    ...(names === undefined ? {} : { names }),
    nRows: labels.length,
    nOperands: operands.length / labels.length,
    operands: Int32Array.from(operands, (token) => newOf[token]!),
    labels: Int32Array.from(labels, (token) => newOf[token]!),
    vocabulary: order.map((token) => all[token]!),
    nValues: isOperand.reduce((sum, is) => sum + is, 0),
    nClasses,
  };
}
