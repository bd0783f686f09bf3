export { cpythonShuffle, cpythonWords } from './cpython-random.js';
export { InvariantError, invariant } from './errors.js';
export type { Tagged } from './errors.js';
export { nearest } from './nearest.js';
export { graphemes, printable, printableLines, shortened } from './printable.js';
export { createRandom, shuffle } from './random.js';
export type { Random } from './random.js';
export { formatShape, sameShape, sizeOf } from './shape.js';
export type { Shape } from './shape.js';
