import { ROW_BLOCK } from '../src/opcodes';
import { barrier } from './barrier';
import { epilogue } from './epilogue';
import { packLeft, packRight } from './pack';
import { shareStart } from './simd';
import { take, takenEnd } from './take';
import { tile } from './tile';
import { address, word } from './words';

const PANEL_ROWS: i32 = 4;
const PANEL_COLUMNS: i32 = 8;
const TILE_BYTES: usize = 256;

// The instruction's operands (for the current head) and sizes. Each instance (thread) has its own globals.
let out: usize = 0;
let a: usize = 0;
let b: usize = 0;
let m: i32 = 0;
let n: i32 = 0;
let k: i32 = 0;
let transposeA: bool = false;
let transposeB: bool = false;
let aStep: usize = 0;
let bStep: usize = 0;
let outStep: usize = 0;
let chunkSize: i32 = 0;

// The operations that follow the product, each 0 if absent.
let addend: usize = 0;
let bias: usize = 0;
let relu: bool = false;
let mask: usize = 0;

// This thread's part of the result.
let rowStart: i32 = 0;
let rowEnd: i32 = 0;
let columnStart: i32 = 0;
let columnEnd: i32 = 0;

/**
 * out [m,n] = op(a) · op(b), written; a is [m,k], or [k,m] if transposeA; b is [k,n], or [n,k] if transposeB; one such
 * product for each head. `at`: the instruction's words (src/opcodes.ts); `left`: this thread's scratch for packed rows,
 * which starts with one tile of scratch for the results of tiles that extend beyond the edge.
 *
 * The inner dimension is processed in chunks. All threads together pack some chunks of the right operand into one of
 * two alternating buffers, so that one barrier for each packing suffices. Then each thread packs its rows of the left
 * operand, a block at a time, and multiplies. Each entry is summed in the same order, whatever the number of threads.
 */
export function matmul(at: usize, left: usize, t: i32, threads: i32, gate: usize): void {
  readOperands(at);
  const right = address(at, 9);
  const group = word(at, 16);
  const panels = (n + PANEL_COLUMNS - 1) / PANEL_COLUMNS;
  const bufferBytes = <usize>panels * PANEL_COLUMNS * <usize>group * 4;
  // Few rows: every thread takes all rows and some of the columns.
  const byRows = (m + PANEL_ROWS - 1) / PANEL_ROWS >= 4 * threads || m >= n;
  columnStart = byRows ? 0 : shareStart(n, PANEL_COLUMNS, t, threads);
  columnEnd = byRows ? n : shareStart(n, PANEL_COLUMNS, t + 1, threads);

  let round = 0;
  for (let heads = word(at, 17); heads > 0; --heads) {
    for (let from = 0; from < k; from += group) {
      const end = min(k, from + group);
      const packed = right + (round & 1 ? bufferBytes : 0);
      packShare(packed, from, end, shareStart(panels, 1, t, threads), shareStart(panels, 1, t + 1, threads));
      barrier(gate, threads);
      if (byRows && threads > 1)
        for (let r = take(at, m, round, threads); r >= 0; r = take(at, m, round, threads))
          multiplyChunks(left, packed, from, end, r, takenEnd);
      else multiplyChunks(left, packed, from, end, 0, m);
      ++round;
    }
    a += address(at, 21);
    b += address(at, 22);
    out += address(at, 23);
  }
}

/** Multiplies rows start..stop by the packed chunks of inner positions from..end. */
function multiplyChunks(left: usize, packed: usize, from: i32, end: i32, start: i32, stop: i32): void {
  const positionBytes = <usize>((n + PANEL_COLUMNS - 1) / PANEL_COLUMNS) * PANEL_COLUMNS * 4;
  rowStart = start;
  rowEnd = stop;
  for (let chunk = from; chunk < end; chunk += chunkSize)
    multiplyChunk(left, packed + <usize>(chunk - from) * positionBytes, chunk);
}

function readOperands(at: usize): void {
  out = address(at, 1);
  a = address(at, 2);
  b = address(at, 3);
  m = word(at, 4);
  n = word(at, 5);
  k = word(at, 6);
  transposeA = word(at, 7) != 0;
  transposeB = word(at, 8) != 0;
  aStep = address(at, 18);
  bStep = address(at, 19);
  outStep = address(at, 20);
  chunkSize = word(at, 24);
  addend = address(at, 12);
  bias = address(at, 13);
  relu = word(at, 14) != 0;
  mask = address(at, 15);
}

/** Inner positions rounded up to a multiple of the tile's four. */
@inline
function padUp(depth: i32): i32 {
  return (depth + 3) & ~3;
}

/** Packs the right operand's panels firstPanel..lastPanel for the chunks of inner positions from..end. */
function packShare(packed: usize, from: i32, end: i32, firstPanel: i32, lastPanel: i32): void {
  const panels = (n + PANEL_COLUMNS - 1) / PANEL_COLUMNS;
  for (let chunk = from; chunk < end; chunk += chunkSize) {
    const depth = min(chunkSize, k - chunk);
    const padded = padUp(depth);
    const start = packed + <usize>(chunk - from) * <usize>panels * PANEL_COLUMNS * 4;
    const column = firstPanel * PANEL_COLUMNS;
    const columns = min(n, lastPanel * PANEL_COLUMNS) - column;
    const source = b + <usize>chunk * (transposeB ? 4 : bStep) + <usize>column * (transposeB ? bStep : 4);
    const panel = start + <usize>firstPanel * <usize>padded * PANEL_COLUMNS * 4;
    packRight(source, bStep, transposeB, columns, depth, padded, panel);
  }
}

/** Multiplies this thread's rows by a packed chunk, and finishes them after the last chunk. */
function multiplyChunk(left: usize, packed: usize, chunk: i32): void {
  const depth = min(chunkSize, k - chunk);
  const padded = padUp(depth);
  const panelBytes = <usize>padded * PANEL_COLUMNS * 4;
  const step = outStep;
  const add = chunk > 0;
  const finish = chunk + depth == k && (addend | bias | mask | <usize>relu) != 0;
  for (let row = rowStart; row < rowEnd; row += ROW_BLOCK) {
    const blockEnd = min(row + ROW_BLOCK, rowEnd);
    packRows(left + TILE_BYTES, row, blockEnd, chunk, depth);
    for (let r = row; r < blockEnd; r += PANEL_ROWS) {
      const rows = min(PANEL_ROWS, blockEnd - r);
      const panel = left + TILE_BYTES + <usize>(r - row) * <usize>padded * 4;
      for (let column = columnStart; column < columnEnd; column += PANEL_COLUMNS) {
        const columns = min(PANEL_COLUMNS, columnEnd - column);
        const c = out + <usize>r * step + (<usize>column << 2);
        const rightPanel = packed + <usize>(column / PANEL_COLUMNS) * panelBytes;
        if (rows == PANEL_ROWS && columns == PANEL_COLUMNS) tile(panel, rightPanel, padded, c, step, add);
        else {
          tile(panel, rightPanel, padded, left, PANEL_COLUMNS * 4, false);
          copyEdge(left, c, step, rows, columns, add);
        }
      }
      if (finish) finishRows(r, r + rows);
    }
  }
}

/** Packs the left operand's rows start..end for one chunk of inner positions. */
function packRows(panels: usize, start: i32, end: i32, chunk: i32, depth: i32): void {
  const source = a + <usize>chunk * (transposeA ? aStep : 4) + <usize>start * (transposeA ? 4 : aStep);
  packLeft(source, aStep, !transposeA, end - start, depth, padUp(depth), panels);
}

/** Addend, bias, relu and mask on this thread's columns of rows start..end. */
function finishRows(start: i32, end: i32): void {
  const at = <usize>columnStart << 2;
  for (let r = start; r < end; ++r) {
    const from = <usize>r * outStep + at;
    const addendFrom = addend ? addend + from : 0;
    epilogue(out + from, addendFrom, bias ? bias + at : 0, relu, mask ? mask + from : 0, columnEnd - columnStart);
  }
}

/** The part of a tile that lies inside C. */
function copyEdge(from: usize, c: usize, step: usize, rows: i32, columns: i32, add: bool): void {
  for (let r = 0; r < rows; ++r) {
    for (let j = 0; j < columns; ++j) {
      const to = c + <usize>r * step + (<usize>j << 2);
      const x = load<f32>(from + (<usize>(r * PANEL_COLUMNS + j) << 2));
      store<f32>(to, add ? load<f32>(to) + x : x);
    }
  }
}
