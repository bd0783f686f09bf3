// Mixing rows by attention weights, grouped by example: query row b·nQueries + q, key row b·nKeys + k; H heads of width
// dH side by side. Threads take examples in turn, or, if sizes are smaller than a tile, rows of the result. An
// example's weights are read forward before its heads are processed, because reading them in strides is slow. Lines
// that do not fill a tile are computed together with some of their neighbours, which are computed twice to the same
// bits.
import { TILE_KEYS, TILE_QUERIES, TILE_WIDTH } from '../src/opcodes';
import { fetch, keysSeen4, nonZero } from './attention-softmax';
import { mix, mix4x4, mix4x8, mixTransposed8x4 } from './attention-tiles';
import { take, takenEnd } from './take';
import { address, word } from './words';

/** a [B·Tq, H·Tk], v [B·Tk, H·dH] → out [B·Tq, H·dH] = Σ_k a[q,h,k] v[k,h,:]; `at`: the instruction's words. */
export function attentionValues(at: usize, threads: i32): void {
  const out = address(at, 1);
  const a = address(at, 2);
  const v = address(at, 3);
  const rows = word(at, 4);
  const heads = word(at, 5);
  const nQueries = word(at, 6);
  const nKeys = word(at, 7);
  const dHead = word(at, 8);
  const row = (<usize>heads * dHead) << 2;
  const weightRow = (<usize>heads * nKeys) << 2;
  if (nQueries < TILE_QUERIES || dHead < TILE_WIDTH) {
    for (let first = take(at, rows, 0, threads); first >= 0; first = take(at, rows, 0, threads)) {
      for (let r = first; r < takenEnd; ++r) {
        const values = v + <usize>(r / nQueries) * nKeys * row;
        for (let h = 0; h < heads; ++h) {
          const from = <usize>(h * dHead) << 2;
          const weights = a + <usize>r * weightRow + (<usize>(h * nKeys) << 2);
          mix(out + <usize>r * row + from, weights, 4, values + from, row, nKeys, dHead);
        }
      }
    }
    return;
  }
  const examples = rows / nQueries;
  for (let first = take(at, examples, 0, threads, 1); first >= 0; first = take(at, examples, 0, threads, 1)) {
    for (let example = first; example < takenEnd; ++example) {
      const weights = a + <usize>example * nQueries * weightRow;
      fetch(weights, <usize>nQueries * weightRow);
      attentionValuesOf(at, example, weights);
    }
  }
}

/** `attentionValues` of one example whose sizes allow tiles; `a`: its weights. */
export function attentionValuesOf(at: usize, example: i32, a: usize): void {
  const heads = word(at, 5);
  const nQueries = word(at, 6);
  const nKeys = word(at, 7);
  const dHead = word(at, 8);
  const row = (<usize>heads * dHead) << 2;
  const y = address(at, 1) + <usize>example * nQueries * row;
  const v = address(at, 3) + <usize>example * nKeys * row;
  for (let h = 0; h < heads; ++h) {
    const from = <usize>(h * dHead) << 2;
    const weights = a + (<usize>(h * nKeys) << 2);
    mixHead(y + from, weights, (<usize>heads * nKeys) << 2, v + from, row, nQueries, nKeys, dHead);
  }
}

/** One head of one example: y [Tq, dH] = a [Tq, Tk] · v [Tk, dH]; rows of a `weightRow` bytes apart, the others `row`. */
function mixHead(
  y: usize,
  a: usize,
  weightRow: usize,
  v: usize,
  row: usize,
  nQueries: i32,
  nKeys: i32,
  dHead: i32,
): void {
  for (let i = 0; i < nQueries; i += TILE_QUERIES) {
    const r = <usize>min(i, nQueries - TILE_QUERIES);
    const weights = a + r * weightRow;
    const to = y + r * row;
    const seen = keysSeen4(weights, weightRow, nKeys, 0);
    let column = 0;
    for (; column + 8 <= dHead; column += 8) {
      const at = <usize>column << 2;
      mix4x8(to + at, weights, weightRow, v + at, row, seen);
    }
    for (; column < dHead; column += 4) {
      const at = <usize>min(column, dHead - 4) << 2;
      mix4x4(to + at, weights, weightRow, v + at, row, seen);
    }
  }
}

/** a [B·Tq, H·Tk], x [B·Tq, H·dH] → out [B·Tk, H·dH] = Σ_q a[q,h,k] x[q,h,:]; `at`: the instruction's words. */
export function attentionValuesTransposed(at: usize, threads: i32): void {
  const out = address(at, 1);
  const a = address(at, 2);
  const x = address(at, 3);
  const rows = word(at, 4);
  const heads = word(at, 5);
  const nQueries = word(at, 6);
  const nKeys = word(at, 7);
  const dHead = word(at, 8);
  const row = (<usize>heads * dHead) << 2;
  const weightRow = (<usize>heads * nKeys) << 2;
  if (nKeys < TILE_KEYS || dHead < TILE_WIDTH) {
    for (let first = take(at, rows, 0, threads); first >= 0; first = take(at, rows, 0, threads)) {
      for (let r = first; r < takenEnd; ++r) {
        const example = r / nKeys;
        const key = r - example * nKeys;
        const firstRow = <usize>example * nQueries;
        for (let h = 0; h < heads; ++h) {
          const from = <usize>(h * dHead) << 2;
          const weights = a + firstRow * weightRow + (<usize>(h * nKeys + key) << 2);
          mix(out + <usize>r * row + from, weights, weightRow, x + firstRow * row + from, row, nQueries, dHead);
        }
      }
    }
    return;
  }
  const examples = rows / nKeys;
  for (let first = take(at, examples, 0, threads, 1); first >= 0; first = take(at, examples, 0, threads, 1)) {
    for (let example = first; example < takenEnd; ++example) {
      const weights = a + <usize>example * nQueries * weightRow;
      fetch(weights, <usize>nQueries * weightRow);
      attentionValuesTransposedOf(at, example, weights);
    }
  }
}

/** `attentionValuesTransposed` of one example whose sizes allow tiles; `a`: its weights. */
export function attentionValuesTransposedOf(at: usize, example: i32, a: usize): void {
  const heads = word(at, 5);
  const nQueries = word(at, 6);
  const nKeys = word(at, 7);
  const dHead = word(at, 8);
  const row = (<usize>heads * dHead) << 2;
  const y = address(at, 1) + <usize>example * nKeys * row;
  const x = address(at, 3) + <usize>example * nQueries * row;
  for (let h = 0; h < heads; ++h) {
    const from = <usize>(h * dHead) << 2;
    const weights = a + (<usize>(h * nKeys) << 2);
    mixHeadTransposed(y + from, weights, (<usize>heads * nKeys) << 2, x + from, row, nQueries, nKeys, dHead);
  }
}

/** One head of one example: y [Tk, dH] = a [Tq, Tk] transposed · x [Tq, dH]; steps as in `mixHead`. */
function mixHeadTransposed(
  y: usize,
  a: usize,
  weightRow: usize,
  x: usize,
  row: usize,
  nQueries: i32,
  nKeys: i32,
  dHead: i32,
): void {
  for (let j = 0; j < nKeys; j += TILE_KEYS) {
    const key = <usize>min(j, nKeys - TILE_KEYS);
    let weights = a + (key << 2);
    // The first queries do not see these keys.
    let first = 0;
    for (; first < nQueries; ++first, weights += weightRow)
      if (nonZero(v128.or(v128.load(weights), v128.load(weights, 16)))) break;
    const from = x + <usize>first * row;
    for (let column = 0; column < dHead; column += 4) {
      const at = <usize>min(column, dHead - 4) << 2;
      mixTransposed8x4(y + key * row + at, weights, weightRow, from + at, row, nQueries - first);
    }
  }
}
