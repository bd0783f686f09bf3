// Weighted sums of rows for several rows of the result at once, in registers; attention-values.ts chooses among them.
import { madd, splat } from './simd';

/** y [4, 8] = w [4, count] · x [count, 8]; rows of y and x `row` bytes apart, rows of w `weightRow`. */
export function mix4x8(y: usize, w: usize, weightRow: usize, x: usize, row: usize, count: i32): void {
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
export function mix4x4(y: usize, w: usize, weightRow: usize, x: usize, row: usize, count: i32): void {
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

/** y [8, 4] = w [count, 8] transposed · x [count, 4]; rows of y and x `row` bytes apart, rows of w `weightRow`. */
export function mixTransposed8x4(y: usize, w: usize, weightRow: usize, x: usize, row: usize, count: i32): void {
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
export function mix(y: usize, weights: usize, weightStep: usize, x: usize, xStep: usize, count: i32, n: i32): void {
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
