// Pieces of kernel text. Variables declared here: row, col, total, part, chunk, inChunk and the named index.
// gpu.js miscompiles a `let` that shadows another, so a kernel uses each piece at most once.

/** Terms added one after another before they join the total: bounds rounding error to about √count/8 units. */
const CHUNK = 64;

/**
 * Declares row and col of thread x in a result with `this.constants[width]` columns.
 * The added half keeps the quotient away from whole numbers, where a GPU's inexact division would round down.
 */
export const rowAndColumn = (width: string): string => `
  const row = Math.floor((this.thread.x + 0.5) / this.constants.${width});
  const col = this.thread.x - row * this.constants.${width};`;

/**
 * Declares `total`, the sum over `index` = 0 … count−1 of what `add` adds to `part`.
 * The kernel needs the constants of `chunksOf(count)`.
 */
export const chunkedSum = (index: string, add: string): string => `
  let total = 0.0;
  for (let chunk = 0; chunk < this.constants.chunks; chunk++) {
    let part = 0.0;
    for (let inChunk = 0; inChunk < this.constants.chunkSize; inChunk++) {
      const ${index} = chunk * this.constants.chunkSize + inChunk;
      if (${index} < this.constants.count) {
        ${add}
      }
    }
    total += part;
  }`;

/** The constants of `chunkedSum`: count, chunkSize, chunks. */
export function chunksOf(count: number): { count: number; chunkSize: number; chunks: number } {
  const chunkSize = Math.min(count, CHUNK);
  return { count, chunkSize, chunks: Math.ceil(count / chunkSize) };
}

/** Declares row, col, head, key and example of thread x in attention weights (B·Tq, H·Tk). */
export const HEAD_AND_KEY = `
  ${rowAndColumn('weightsWidth')}
  const head = Math.floor((col + 0.5) / this.constants.nKeys);
  const key = col - head * this.constants.nKeys;
  const example = Math.floor((row + 0.5) / this.constants.nQueries);`;
