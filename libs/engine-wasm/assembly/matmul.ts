import { INNER_CHUNK, ROW_BLOCK } from '../src/opcodes';
import { barrier } from './barrier';
import { epilogue } from './epilogue';
import { packLeft, packRight } from './pack';
import { shareStart } from './simd';
import { tile } from './tile';

const PANEL_ROWS: i32 = 6;
const PANEL_COLUMNS: i32 = 8;
const TILE_BYTES: usize = 256;

/**
 * out [m,n] = op(a) · op(b), written. a is [m,k], or [k,m] if `transposeA`; b is [k,n], or [n,k] if `transposeB`.
 *
 * The inner dimension goes in chunks. Of each, all threads together pack the right operand into `right` (two buffers in
 * turn, so that one barrier a chunk suffices); then each packs its rows of the left operand, some at a time, into its
 * own `left` and multiplies. Each entry is summed in the same order whatever the number of threads. `left` starts with
 * one tile's room for the results of tiles that stick out over the edge.
 */
export function matmul(
  out: usize,
  a: usize,
  b: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  right: usize,
  left: usize,
  bias: usize,
  relu: bool,
  mask: usize,
  t: i32,
  threads: i32,
  gate: usize,
): void {
  const panels = (n + PANEL_COLUMNS - 1) / PANEL_COLUMNS;
  const buffer = <usize>panels * PANEL_COLUMNS * INNER_CHUNK * 4;
  // Few rows: every thread takes all rows and some of the columns.
  const byRows = (m + PANEL_ROWS - 1) / PANEL_ROWS >= 4 * threads || m >= n;
  const rowStart = byRows ? shareStart(m, PANEL_ROWS, t, threads) : 0;
  const rowEnd = byRows ? shareStart(m, PANEL_ROWS, t + 1, threads) : m;
  const columnStart = byRows ? 0 : shareStart(n, PANEL_COLUMNS, t, threads);
  const columnEnd = byRows ? n : shareStart(n, PANEL_COLUMNS, t + 1, threads);
  const packStart = shareStart(panels, 1, t, threads);
  const packEnd = shareStart(panels, 1, t + 1, threads);
  const stepA = <usize>(transposeA ? m : k) << 2;
  const stepB = <usize>(transposeB ? k : n) << 2;
  const scratch = left + TILE_BYTES;

  for (let from = 0; from < k; from += INNER_CHUNK) {
    const depth = min(INNER_CHUNK, k - from);
    const padded = (depth + 3) & ~3;
    const last = from + depth == k;
    const panelBytes = <usize>padded * PANEL_COLUMNS * 4;
    const packed = right + ((from / INNER_CHUNK) & 1 ? buffer : 0);

    for (let p = packStart; p < packEnd; ++p) {
      const column = p * PANEL_COLUMNS;
      const lines = min(PANEL_COLUMNS, n - column);
      const source = transposeB ? b + <usize>column * stepB + (<usize>from << 2) : b + <usize>from * stepB + (<usize>column << 2);
      packRight(source, stepB, transposeB, lines, depth, padded, packed + <usize>p * panelBytes);
    }
    barrier(gate, threads);

    for (let row = rowStart; row < rowEnd; row += ROW_BLOCK) {
      const blockEnd = min(row + ROW_BLOCK, rowEnd);
      for (let r = row; r < blockEnd; r += PANEL_ROWS) {
        const lines = min(PANEL_ROWS, blockEnd - r);
        const source = transposeA ? a + <usize>from * stepA + (<usize>r << 2) : a + <usize>r * stepA + (<usize>from << 2);
        packLeft(source, stepA, !transposeA, lines, depth, padded, scratch + <usize>(r - row) * <usize>padded * 4);
      }
      for (let r = row; r < blockEnd; r += PANEL_ROWS) {
        const rows = min(PANEL_ROWS, blockEnd - r);
        const panel = scratch + <usize>(r - row) * <usize>padded * 4;
        for (let column = columnStart; column < columnEnd; column += PANEL_COLUMNS) {
          const columns = min(PANEL_COLUMNS, columnEnd - column);
          const c = out + ((<usize>r * <usize>n + <usize>column) << 2);
          const rightPanel = packed + <usize>(column / PANEL_COLUMNS) * panelBytes;
          if (rows == PANEL_ROWS && columns == PANEL_COLUMNS) tile(panel, rightPanel, padded, c, <usize>n << 2, from > 0);
          else {
            tile(panel, rightPanel, padded, left, PANEL_COLUMNS * 4, false);
            copyEdge(left, c, <usize>n << 2, rows, columns, from > 0);
          }
        }
        if (last && (bias | mask | <usize>relu)) {
          for (let i = r; i < r + rows; ++i) {
            const at = (<usize>i * <usize>n + <usize>columnStart) << 2;
            epilogue(out + at, bias ? bias + (<usize>columnStart << 2) : 0, relu, mask ? mask + at : 0, columnEnd - columnStart);
          }
        }
      }
    }
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
