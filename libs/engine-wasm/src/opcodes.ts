/**
 * Instructions of the interpreter in assembly/: `WORDS` i32 words each: the opcode, then the values named here in this
 * order. Names of tensors denote byte addresses, `f` marks float32 bits, everything else is a count. Compiled by
 * TypeScript and by AssemblyScript alike, so both sides have the same numbers.
 */
export const enum Opcode {
  /** out, x, y, count */
  Add = 1,
  /** out, x, f factor, count */
  Scale,
  /** out, x, count */
  Relu,
  /** out, dy, y, count */
  ReluGradient,
  /** out, x, row, rows, columns */
  AddRow,
  /** out, x, rows, columns */
  SumRows,
  /** out, table, index, rows of the result, columns */
  Gather,
  /** out, x, index, rows of x, columns, rows of the result, scratch [rows of the result + 1 + rows of x] */
  ScatterAdd,
  /** out, a, b, m, n, k, transposeA, transposeB, scratch of the right operand, scratch of the left, its bytes a thread,
   *  addend or 0, bias row or 0, relu 0/1, mask or 0, inner positions of the right operand packed at a time, heads,
   *  bytes from row to row of a, b, out, bytes from head to head of a, b, out, inner positions of a chunk */
  Matmul,
  /** out, q, k, query rows, nHeads, nQueries, nKeys, dHead, f scale, scratch, its bytes a thread,
   *  lastKey or 0 (then a softmax), y or 0 (then the gradient of a softmax), f factor on the gradient */
  AttentionScores,
  /** out, scores, lastKey, rows, nHeads, nKeys */
  AttentionSoftmax,
  /** out, dy, y, groups (rows · heads), nKeys */
  AttentionSoftmaxGradient,
  /** out, a, v, query rows, nHeads, nQueries, nKeys, dHead */
  AttentionValues,
  /** out, a, x, key rows, nHeads, nQueries, nKeys, dHead */
  AttentionValuesTransposed,
  /** out, a, table, index, query rows, nHeads, nQueries, nKeys, columns, bias or 0, relu 0/1, addend or 0 */
  TableMix,
  /** out, dy, table, index, query rows, nHeads, nQueries, nKeys, columns */
  TableMixWeights,
  /** out, a, dy, index or 0 if grouped, query rows, nHeads, nQueries, nKeys, columns, table rows,
   *  groups [table rows + 1 + 2 · query rows · nKeys]: constant, or scratch where the index is given at run time */
  TableMixTable,
  /** out, scores, q index, k index, query rows, nHeads, nQueries, nKeys, key rows of the scores */
  GatherScores,
  /** out, d, q index, k index, query rows, nHeads, nQueries, nKeys, key rows of the result, its query rows,
   *  f64 scratch of the result's size */
  ScatterScores,
  /** out, logits, labels, rows, classes */
  CrossEntropy,
  /** out, logits, labels, dLoss, rows, classes */
  CrossEntropyGradient,
  /** out, logits, labels, rows, classes */
  IsCorrect,
  /** out, x, count, squares 0/1, f64 scratch of one partial sum a chunk, f factor on the sum as f64 (two words) */
  Sum,
  /** out, s, f factor, count */
  Fill,
  /** parameter, gradient, m, v, hyper, count */
  AdamW,
  /** out, x, y, count */
  Multiply,
  /** out, x, y, count */
  Divide,
  /** out, x, count */
  SquareRoot,
  /** out, x, s, count */
  MultiplyScalar,
  /** out, x, count */
  Gelu,
  /** out, dy, x, count */
  GeluGradient,
  /** out, x, rows, columns, f eps */
  NormalizeRows,
  /** out, dy, x, rows, columns, f eps */
  NormalizeRowsGradient,
  /** out, x, row, rows, columns */
  MultiplyRow,
  /** out, logits, labels, rows, classes */
  StableMaxCrossEntropy,
  /** out, logits, labels, dLoss, rows, classes */
  StableMaxCrossEntropyGradient,
  /** out i32, place i32, count, selected rows an example, its rows */
  RowsWithin,
  /** out, x, rows, columns, f eps */
  RmsNormalizeRows,
  /** out, dy, x, rows, columns, f eps */
  RmsNormalizeRowsGradient,
  /** out, x, count */
  Tanh,
  /** out, dy, x, count */
  TanhGradient,
}

/** i32 words of one instruction. */
export const WORDS = 32;
/** The word that counts the following instructions that run together with this one, example by example. */
export const FOLLOWERS = 28;
/** The word that marks which weights of such an instruction belong to one example only, kept by each thread. */
export const OWN = 29;
/**
 * Its bits: the result; the operand. A thread's weights lie a multiple of `OWN_ALIGNMENT` bytes after its neighbour's.
 */
export const OWN_RESULT = 1;
export const OWN_WEIGHTS = 2;
export const OWN_ALIGNMENT = 64;
/** The word in which threads count the rows of an instruction that they have taken; 0 between runs. */
export const TAKEN = 30;
/** The word that is 1 if threads need not meet after the instruction. */
export const NO_BARRIER = 31;

/**
 * Inner positions of a product summed in registers before they are added to the result: all of them up to the second
 * number, otherwise chunks of the first.
 */
export const INNER_CHUNK = 256;
export const LARGEST_CHUNK = 512;
/** Rows of the left operand that a thread packs at a time: a multiple of the tile's 4. */
export const ROW_BLOCK = 96;
/** The fewest rows that a thread takes at a time: a multiple of the tile's 4. */
export const FEWEST_ROWS = 12;
/**
 * Attention of at least this many queries and keys, with heads at least this wide, is computed in tiles, example by
 * example.
 */
export const TILE_QUERIES = 4;
export const TILE_KEYS = 8;
export const TILE_WIDTH = 4;
/** Elements that `Sum` adds up before it stores a partial sum; fixed, so the result does not depend on threads. */
export const SUM_CHUNK = 4096;
