// Mixing rows by attention weights, grouped by example: query row b·nQueries + q, key row b·nKeys + k; H heads of width
// dH side by side. Threads take the examples' heads in turn, or, where sizes are smaller than a tile, rows of the result.
// A tile's lines that are no whole tile go with some of their neighbours, computed twice to the same bits.
import { keysSeen4, nonZero } from './attention-softmax';
import { madd, splat } from './simd';
import { take, takenEnd } from './take';
import { address, word } from './words';

/** Queries that are mixed together. */
const QUERIES: i32 = 4;
/** Keys that are mixed together, transposed. */
const KEYS: i32 = 8;

/** a [B·Tq, H·Tk], v [B·Tk, H·dH] → out [B·Tq, H·dH] = Σ_k a[q,h,k] v[k,h,:]; `at`: the instruction's words. */
export function attentionMix(at: usize, threads: i32): void {
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
  if (nQueries < QUERIES || dHead < 4) {
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
  const pairs = (rows / nQueries) * heads;
  for (let first = take(at, pairs, 0, threads); first >= 0; first = take(at, pairs, 0, threads)) {
    for (let pair = first; pair < takenEnd; ++pair) {
      const example = pair / heads;
      const h = pair - example * heads;
      const from = <usize>(h * dHead) << 2;
      const firstRow = <usize>example * nQueries;
      const weights = a + firstRow * weightRow + (<usize>(h * nKeys) << 2);
      const values = v + <usize>example * nKeys * row + from;
      mixHead(out + firstRow * row + from, weights, weightRow, values, row, nQueries, nKeys, dHead);
    }
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
  for (let i = 0; i < nQueries; i += QUERIES) {
    const r = <usize>min(i, nQueries - QUERIES);
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

/** y [4, 8] = w [4, count] · x [count, 8]; rows of y and x `row` bytes apart, rows of w `weightRow`. */
function mix4x8(y: usize, w: usize, weightRow: usize, x: usize, row: usize, count: i32): void {
  let s00 = splat(0);
  let s01 = splat(0);
  let s10 = splat(0);
  let s11 = splat(0);
  let s20 = splat(0);
  let s21 = splat(0);
  let s30 = splat(0);
  let s31 = splat(0);
  let w1 = w + weightRow;
  let w2 = w1 + weightRow;
  let w3 = w2 + weightRow;
  const end = w + (<usize>count << 2);
  while (w < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    let a = v128.load32_splat(w);
    s00 = madd(a, x0, s00);
    s01 = madd(a, x1, s01);
    a = v128.load32_splat(w1);
    s10 = madd(a, x0, s10);
    s11 = madd(a, x1, s11);
    a = v128.load32_splat(w2);
    s20 = madd(a, x0, s20);
    s21 = madd(a, x1, s21);
    a = v128.load32_splat(w3);
    s30 = madd(a, x0, s30);
    s31 = madd(a, x1, s31);
    w += 4;
    w1 += 4;
    w2 += 4;
    w3 += 4;
    x += row;
  }
  v128.store(y, s00);
  v128.store(y, s01, 16);
  y += row;
  v128.store(y, s10);
  v128.store(y, s11, 16);
  y += row;
  v128.store(y, s20);
  v128.store(y, s21, 16);
  y += row;
  v128.store(y, s30);
  v128.store(y, s31, 16);
}

/** `mix4x8` for 4 columns. */
function mix4x4(y: usize, w: usize, weightRow: usize, x: usize, row: usize, count: i32): void {
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let w1 = w + weightRow;
  let w2 = w1 + weightRow;
  let w3 = w2 + weightRow;
  const end = w + (<usize>count << 2);
  while (w < end) {
    const x0 = v128.load(x);
    s0 = madd(v128.load32_splat(w), x0, s0);
    s1 = madd(v128.load32_splat(w1), x0, s1);
    s2 = madd(v128.load32_splat(w2), x0, s2);
    s3 = madd(v128.load32_splat(w3), x0, s3);
    w += 4;
    w1 += 4;
    w2 += 4;
    w3 += 4;
    x += row;
  }
  v128.store(y, s0);
  y += row;
  v128.store(y, s1);
  y += row;
  v128.store(y, s2);
  y += row;
  v128.store(y, s3);
}

/** a [B·Tq, H·Tk], x [B·Tq, H·dH] → out [B·Tk, H·dH] = Σ_q a[q,h,k] x[q,h,:]; `at`: the instruction's words. */
export function attentionMixTransposed(at: usize, threads: i32): void {
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
  if (nKeys < KEYS || dHead < 4) {
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
  const pairs = (rows / nKeys) * heads;
  for (let first = take(at, pairs, 0, threads); first >= 0; first = take(at, pairs, 0, threads)) {
    for (let pair = first; pair < takenEnd; ++pair) {
      const example = pair / heads;
      const h = pair - example * heads;
      const from = <usize>(h * dHead) << 2;
      const firstRow = <usize>example * nQueries;
      const weights = a + firstRow * weightRow + (<usize>(h * nKeys) << 2);
      const to = out + <usize>example * nKeys * row + from;
      mixHeadTransposed(to, weights, weightRow, x + firstRow * row + from, row, nQueries, nKeys, dHead);
    }
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
  for (let j = 0; j < nKeys; j += KEYS) {
    const key = <usize>min(j, nKeys - KEYS);
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

/** y [8, 4] = w [count, 8] transposed · x [count, 4]; rows of y and x `row` bytes apart, rows of w `weightRow`. */
function mixTransposed8x4(y: usize, w: usize, weightRow: usize, x: usize, row: usize, count: i32): void {
  // s01: column 0 of keys 4..7.
  let s00 = splat(0);
  let s01 = splat(0);
  let s10 = splat(0);
  let s11 = splat(0);
  let s20 = splat(0);
  let s21 = splat(0);
  let s30 = splat(0);
  let s31 = splat(0);
  for (let i = 0; i < count; ++i) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    let b = v128.load32_splat(x);
    s00 = madd(b, w0, s00);
    s01 = madd(b, w1, s01);
    b = v128.load32_splat(x, 4);
    s10 = madd(b, w0, s10);
    s11 = madd(b, w1, s11);
    b = v128.load32_splat(x, 8);
    s20 = madd(b, w0, s20);
    s21 = madd(b, w1, s21);
    b = v128.load32_splat(x, 12);
    s30 = madd(b, w0, s30);
    s31 = madd(b, w1, s31);
    w += weightRow;
    x += row;
  }
  storeTransposed(y, row, s00, s10, s20, s30);
  storeTransposed(y + 4 * row, row, s01, s11, s21, s31);
}

/** Stores columns c0..c3 of a 4×4 matrix as rows `row` bytes apart. */
@inline
function storeTransposed(y: usize, row: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const low01 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(y + row, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(y + 2 * row, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(y + 3 * row, v128.shuffle<f64>(high01, high23, 1, 3));
}

/** y [n] = Σ_i weights[i·weightStep] · x[i·xStep + :] over `count` rows of n floats; steps in bytes. */
function mix(y: usize, weights: usize, weightStep: usize, x: usize, xStep: usize, count: i32, n: i32): void {
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    let s0 = splat(0);
    let s1 = splat(0);
    let s2 = splat(0);
    let s3 = splat(0);
    let w = weights;
    let p = x + (<usize>i << 2);
    for (let j = 0; j < count; ++j, w += weightStep, p += xStep) {
      const a = v128.load32_splat(w);
      s0 = madd(a, v128.load(p), s0);
      s1 = madd(a, v128.load(p, 16), s1);
      s2 = madd(a, v128.load(p, 32), s2);
      s3 = madd(a, v128.load(p, 48), s3);
    }
    const to = y + (<usize>i << 2);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; i + 4 <= n; i += 4) {
    let sum = splat(0);
    let w = weights;
    let p = x + (<usize>i << 2);
    for (let j = 0; j < count; ++j, w += weightStep, p += xStep)
      sum = madd(v128.load32_splat(w), v128.load(p), sum);
    v128.store(y + (<usize>i << 2), sum);
  }
  for (; i < n; ++i) {
    let sum: f32 = 0;
    let w = weights;
    let p = x + (<usize>i << 2);
    for (let j = 0; j < count; ++j, w += weightStep, p += xStep) sum += load<f32>(w) * load<f32>(p);
    store<f32>(y + (<usize>i << 2), sum);
  }
}
