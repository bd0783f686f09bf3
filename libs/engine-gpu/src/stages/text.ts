// Pieces of kernel text. Variables declared here: row, col and their guesses, total, part, chunk, inChunk and the
// named index.
// gpu.js miscompiles a `let` that shadows another, so a kernel uses each piece at most once.

/** Terms added one after another before they join the total: bounds rounding error to about √count/8 units. */
const CHUNK = 64;

/** Entries that one thread adds in a stage of a full reduction; also the factor by which each stage shrinks its input. */
export const GROUP = 64;

/**
 * Declares the quotient and the remainder of an integer division below 2^23. A GPU's division may be wrong in its last
 * two bits, which can give the neighbouring integer; the remainder reveals and corrects this.
 */
export const quotientAndRest = (
  quotient: string,
  rest: string,
  dividend: string,
  divisor: string,
): string => `
  const ${quotient}Guess = Math.floor((${dividend} + 0.5) / ${divisor});
  const ${rest}Guess = ${dividend} - ${quotient}Guess * ${divisor};
  const ${quotient} = ${quotient}Guess + (${rest}Guess >= ${divisor} ? 1.0 : 0.0) - (${rest}Guess < 0.0 ? 1.0 : 0.0);
  const ${rest} = ${dividend} - ${quotient} * ${divisor};`;

/** Declares row and col of thread x in a result with `this.constants[width]` columns. */
export const rowAndColumn = (width: string): string =>
  quotientAndRest('row', 'col', 'this.thread.x', `this.constants.${width}`);

/**
 * Declares `total`, the sum over `index` = 0 … count−1 of what `add` adds to `part`. The kernel needs the constants of
 * `chunksOf(count)`.
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
