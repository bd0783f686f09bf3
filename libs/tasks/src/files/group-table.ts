import * as E from 'fp-ts/lib/Either.js';
import { finiteGroup } from '../groups/finite-group.js';
import type { NamedGroup } from '../groups/named-groups.js';
import { readCells, type Line } from './cells.js';
import { faulty, type ContentFault } from './file-fault.js';

const ALLOWED =
  'the table of a group: a row x, y, x·y for each pair of elements, or the square of all products of 0 … n − 1';

/** One product, and where it stands. */
interface Product {
  readonly x: string;
  readonly y: string;
  readonly xy: string;
  readonly line: number;
}

/**
 * A group from its Cayley table in a CSV or TSV file: rows `x, y, x·y` in any order, with or without a header, or the
 * square of all products of elements 0 … n − 1, without a header. Elements keep their numbers where they are 0 … n − 1;
 * words are numbered in the order in which they come as x.
 *
 * Left names what is missing, or the first law of a group that is broken, and where.
 */
export function readGroup(bytes: Uint8Array, name: string): E.Either<ContentFault, NamedGroup> {
  const lines: Line[] = [];
  const read = readCells(bytes, name, (line) => void lines.push(line));
  if (E.isLeft(read)) return read;
  const width = lines[0]!.cells.length;
  if (lines.length === width) return fromSquare(lines);
  if (width !== 3)
    return faulty(`has ${lines.length} lines of ${width} cells, which are no table of products`, ALLOWED);
  // n² rows, or with a header n² + 1: never both are squares of numbers above 0.
  const hasHeader = !isSquare(lines.length) && isSquare(lines.length - 1);
  return fromProducts(
    lines.slice(hasHeader ? 1 : 0).map(({ line, cells: [x, y, xy] }) => ({ x: x!, y: y!, xy: xy!, line })),
  );
}

const isSquare = (n: number): boolean => Number.isInteger(Math.sqrt(n));

/** Row and column i of a square are those of element i, so that its cells are numbers. */
function fromSquare(lines: readonly Line[]): E.Either<ContentFault, NamedGroup> {
  const n = lines.length;
  for (const { line, cells } of lines) {
    const other = cells.find((cell) => !isBelow(cell, n));
    if (other !== undefined)
      return faulty(
        `line ${line} has ${JSON.stringify(other)} in a square of ${n} × ${n} products, whose elements are the numbers 0 to ${n - 1}`,
        ALLOWED,
      );
  }
  return fromProducts(
    lines.flatMap(({ line, cells }, i) => cells.map((xy, j) => ({ x: String(i), y: String(j), xy, line }))),
  );
}

const isBelow = (cell: string, n: number): boolean => /^(0|[1-9][0-9]*)$/.test(cell) && Number(cell) < n;

function fromProducts(products: readonly Product[]): E.Either<ContentFault, NamedGroup> {
  const words = [...new Set(products.map(({ x }) => x))];
  const n = words.length;
  const names = words.every((word) => isBelow(word, n)) ? words.sort((a, b) => Number(a) - Number(b)) : words;
  const numberOf = new Map(names.map((word, i) => [word, i]));
  const table = new Int32Array(n * n).fill(-1);
  const lineOf = new Int32Array(n * n);
  for (const { x, y, xy, line } of products) {
    for (const word of [x, y, xy])
      if (!numberOf.has(word))
        return faulty(
          `line ${line}: ${told(x, y)} = ${word}, and ${word === '' ? 'nothing' : word} is no element, for it is no x of any line`,
          ALLOWED,
        );
    const at = numberOf.get(x)! * n + numberOf.get(y)!;
    if (table[at] !== -1)
      return faulty(`line ${line}: ${told(x, y)} stands in line ${lineOf[at]} already`, ALLOWED);
    table[at] = numberOf.get(xy)!;
    lineOf[at] = line;
  }
  const missing = table.indexOf(-1);
  if (missing >= 0)
    return faulty(`has no product ${told(names[Math.floor(missing / n)]!, names[missing % n]!)}`, ALLOWED);
  const group = finiteGroup(table, names);
  return E.isRight(group)
    ? E.right({ order: n, names, table })
    : faulty(`is no group: it ${group.left.message}`, ALLOWED);
}

const told = (x: string, y: string): string => `${x}·${y}`;
