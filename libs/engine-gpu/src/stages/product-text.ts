import { LANES, targetName } from './stage.js';
import { quotientAndRest, rowAndColumn } from './text.js';

/** The parameters of the text of a product on vectors of 4; sizes are constants of the kernel. */
export interface ProductForm {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Rows of the result a thread computes, each 4 columns wide; a multiple of 4 where a is transposed. */
  readonly rows: number;
  /** Inner dimension of one step: 4 unless a is transposed. */
  readonly unroll: number;
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const each = (items: readonly number[], text: (item: number) => string): string => items.map(text).join('\n');

/**
 * One slice of the inner dimension of a product, 4·rows results a thread, from rows + 4 vectors for each 4 of the
 * inner dimension, or where a is transposed rows/4 + 1 for each 1 of it.
 *
 * a holds vectors along the inner dimension (M, K/4), or if transposed along the rows of the result (K, M/4);
 * b along the columns (K, N/4), or if transposed along the inner dimension (N, K/4). Thread (slice, row, col) writes
 * to target r the columns 4·col … of row `row + r·block`, or if a is transposed `4·(row + floor(r/4)·block) + r mod 4`.
 * Products for each head differ only in where a head's part of a and b begins: `headA`, `headB`.
 */
export function productSource({ transposeA, transposeB, rows, unroll }: ProductForm): string {
  const results = upTo(rows);
  const inner = upTo(unroll);
  const vectors = upTo(transposeA ? rows / 4 : rows);
  const term = (r: number, c: number): string =>
    inner
      .map((i) => `${entryOfA(transposeA, r, i)} * ${transposeB ? `b${c}[${i}]` : `b${i}[${c}]`}`)
      .join(' + ');
  return `function product(a, b) {
  ${quotientAndRest('slice', 'tile', 'this.thread.x', 'this.constants.tiles')}
  ${quotientAndRest('row', 'col', 'tile', 'this.constants.columns')}
  const head = Math.floor((${transposeA ? 'row' : 'col'} + 0.5) / this.constants.perHead);
  const firstStep = slice * this.constants.steps;
  ${each(vectors, (v) => `const firstA${v} = ${firstInA(transposeA, v)};`)}
  const firstB = ${transposeB ? '4 * col * this.constants.strideB' : 'col + head * this.constants.headB'};
  ${each(results, (r) => each(LANES, (c) => `let s${r}x${c} = 0.0;`))}
  for (let step = 0; step < this.constants.steps; step++) {
    const k = firstStep + step;
    if (k >= this.constants.inner) {
      break;
    }
    ${readA(transposeA, vectors, inner)}
    ${each(transposeB ? LANES : inner, (i) => `const b${i} = b[firstB + ${placeInB(transposeB, unroll, i)}];`)}
    ${each(results, (r) => each(LANES, (c) => `s${r}x${c} += ${term(r, c)};`))}
  }
  ${each(results.slice(1), (r) => `${targetName(r)}(s${r}x0, s${r}x1, s${r}x2, s${r}x3);`)}
  return [s0x0, s0x1, s0x2, s0x3];
}`;
}

const firstInA = (transposeA: boolean, v: number): string => {
  const row = `row + ${v} * this.constants.block`;
  return transposeA ? row : `(${row}) * this.constants.strideA + head * this.constants.headA`;
};

/** Reads the thread's vectors of a: one for each row, or if transposed one for each 4 rows and inner index. */
const readA = (transposeA: boolean, vectors: readonly number[], inner: readonly number[]): string =>
  each(vectors, (v) =>
    transposeA
      ? each(
          inner,
          (i) => `const a${v}i${i} = a[firstA${v} + (k * ${inner.length} + ${i}) * this.constants.strideA];`,
        )
      : `const a${v} = a[firstA${v} + k];`,
  );

/** Entry (row r, inner i) of the vectors of a that a thread holds. */
const entryOfA = (transposeA: boolean, r: number, i: number): string =>
  transposeA ? `a${Math.floor(r / 4)}i${i}[${r % 4}]` : `a${r}[${i}]`;

const placeInB = (transposeB: boolean, unroll: number, i: number): string =>
  transposeB ? `${i} * this.constants.strideB + k` : `(k * ${unroll} + ${i}) * this.constants.strideB`;

/** Declares target r and the row `blockRow` in it that holds row `row` of the product. */
const findTarget = (transposeA: boolean): string =>
  transposeA
    ? `
  const group = Math.floor((row + 0.5) / 4);
  const part = Math.floor((group + 0.5) / this.constants.block);
  const blockRow = group - part * this.constants.block;
  const target = 4 * part + row - 4 * group;`
    : `
  const target = Math.floor((row + 0.5) / this.constants.block);
  const blockRow = row - target * this.constants.block;`;

/** The text for each target, in an if that compares its number. */
const choose = (rows: number, then: (r: number) => string): string =>
  upTo(rows)
    .map((r) => `if (Math.abs(target - ${r}) < 0.5) { ${then(r)} }`)
    .join('\n');

const argumentsOf = (rows: number): string =>
  upTo(rows)
    .map((r) => `t${r}`)
    .join(', ');

// targets (slices, block, columns) vectors; out (M, columns) vectors: the sum of the slices.
export const mergeVectorsSource = ({
  transposeA,
  rows,
}: ProductForm): string => `function mergeVectors(${argumentsOf(rows)}) {
  ${rowAndColumn('columns')}
  ${findTarget(transposeA)}
  const first = blockRow * this.constants.columns + col;
  ${LANES.map((c) => `let s${c} = 0.0;`).join(' ')}
  for (let slice = 0; slice < this.constants.slices; slice++) {
    ${choose(
      rows,
      (r) =>
        `const v${r} = t${r}[first + slice * this.constants.tiles]; ${LANES.map((c) => `s${c} += v${r}[${c}];`).join(' ')}`,
    )}
  }
  return [s0, s1, s2, s3];
}`;

// targets (slices, block, 4·columns) with groups of `padded` columns of which `group` count; out (M, width).
export const mergeEntriesSource = ({
  transposeA,
  rows,
}: ProductForm): string => `function mergeEntries(${argumentsOf(rows)}) {
  ${rowAndColumn('width')}
  ${findTarget(transposeA)}
  const skipped = Math.floor((col + 0.5) / this.constants.group) * this.constants.padding;
  const first = blockRow * 4 * this.constants.columns + col + skipped;
  let total = 0.0;
  for (let slice = 0; slice < this.constants.slices; slice++) {
    ${choose(rows, (r) => `total += t${r}[first + slice * 4 * this.constants.tiles];`)}
  }
  return total;
}`;
