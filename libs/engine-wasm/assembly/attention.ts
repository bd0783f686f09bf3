// Attention, grouped by example: query row b·nQueries + q, key row b·nKeys + k; H heads of width dH side by side.
import { exp1, exp4 } from './math';
import { dot, madd, splat } from './simd';

/** q [B·Tq, H·dH], k [B·Tk, H·dH] → out [B·Tq, H·Tk] = scale · q_h·k_h; query rows start..stop. */
export function attentionScores(
  out: usize,
  q: usize,
  k: usize,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  dHead: i32,
  scale: f32,
  start: i32,
  stop: i32,
): void {
  const head = <usize>dHead << 2;
  const row = head * heads;
  let y = out + ((<usize>start * heads * nKeys) << 2);
  for (let r = start; r < stop; ++r) {
    const keys = k + <usize>(r / nQueries) * nKeys * row;
    for (let h = 0; h < heads; ++h) {
      const query = q + <usize>r * row + <usize>h * head;
      for (let j = 0; j < nKeys; ++j, y += 4)
        store<f32>(y, scale * dot(query, keys + <usize>j * row + <usize>h * head, dHead));
    }
  }
}

/**
 * y [n] (+)= Σ_i weights[i·weightStep]·x[i·xStep + :] over `count` rows of n floats; steps in bytes; y is written.
 */
function mix(y: usize, weights: usize, weightStep: usize, x: usize, xStep: usize, count: i32, n: i32): void {
  let i = 0;
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

/** a [B·Tq, H·Tk], v [B·Tk, H·dH] → out [B·Tq, H·dH] = Σ_k a[q,h,k] v[k,h,:]; query rows start..stop. */
export function attentionMix(
  out: usize,
  a: usize,
  v: usize,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  dHead: i32,
  start: i32,
  stop: i32,
): void {
  const head = <usize>dHead << 2;
  const row = head * heads;
  const weights = <usize>nKeys << 2;
  for (let r = start; r < stop; ++r) {
    const values = v + <usize>(r / nQueries) * nKeys * row;
    for (let h = 0; h < heads; ++h) {
      const at = <usize>h * head;
      mix(out + <usize>r * row + at, a + (<usize>r * heads + h) * weights, 4, values + at, row, nKeys, dHead);
    }
  }
}

/** a [B·Tq, H·Tk], x [B·Tq, H·dH] → out [B·Tk, H·dH] = Σ_q a[q,h,k] x[q,h,:]; key rows start..stop. */
export function attentionMixTransposed(
  out: usize,
  a: usize,
  x: usize,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  dHead: i32,
  start: i32,
  stop: i32,
): void {
  const head = <usize>dHead << 2;
  const row = head * heads;
  const weightRow = (<usize>heads * nKeys) << 2;
  for (let r = start; r < stop; ++r) {
    const example = r / nKeys;
    const key = r - example * nKeys;
    const rows = x + <usize>example * nQueries * row;
    const weights = a + <usize>example * nQueries * weightRow + (<usize>key << 2);
    for (let h = 0; h < heads; ++h) {
      const at = <usize>h * head;
      mix(out + <usize>r * row + at, weights + ((<usize>h * nKeys) << 2), weightRow, rows + at, row, nQueries, dHead);
    }
  }
}

/** out [R, H·Tk] = softmax of s over keys 0..lastKey[r] of each head, 0 for later keys; rows start..stop. */
export function attentionSoftmax(
  out: usize,
  s: usize,
  lastKey: usize,
  heads: i32,
  nKeys: i32,
  start: i32,
  stop: i32,
): void {
  const columns = heads * nKeys;
  const bytes = <usize>columns << 2;
  const head = <usize>nKeys << 2;
  for (let r = start; r < stop; ++r) {
    const y = out + <usize>r * bytes;
    const x = s + <usize>r * bytes;
    const seen = (<usize>load<i32>(lastKey + (<usize>r << 2)) + 1) << 2;
    for (let h: usize = 0; h < bytes; h += head) {
      let largest = load<f32>(x + h);
      for (let j: usize = 4; j < seen; j += 4) largest = max<f32>(largest, load<f32>(x + h + j));
      for (let j: usize = 0; j < seen; j += 4) store<f32>(y + h + j, load<f32>(x + h + j) - largest);
      for (let j = seen; j < head; j += 4) store<f32>(y + h + j, 0);
    }
    let i = 0;
    for (; i + 4 <= columns; i += 4) v128.store(y + (<usize>i << 2), exp4(v128.load(y + (<usize>i << 2))));
    for (; i < columns; ++i) store<f32>(y + (<usize>i << 2), exp1(load<f32>(y + (<usize>i << 2))));
    for (let h: usize = 0; h < bytes; h += head) {
      let sum: f32 = 0;
      for (let j: usize = 0; j < seen; j += 4) sum += load<f32>(y + h + j);
      const inverse: f32 = <f32>1 / sum;
      for (let j: usize = 0; j < seen; j += 4) store<f32>(y + h + j, load<f32>(y + h + j) * inverse);
      for (let j = seen; j < head; j += 4) store<f32>(y + h + j, 0);
    }
  }
}

/** dy, y [groups, Tk] → out = y · (dy − Σ_k dy·y) for each group (row and head); groups start..stop. */
export function attentionSoftmaxGradient(out: usize, dy: usize, y: usize, nKeys: i32, start: i32, stop: i32): void {
  const bytes = <usize>nKeys << 2;
  for (let g = start; g < stop; ++g) {
    const at = <usize>g * bytes;
    const mean = dot(dy + at, y + at, nKeys);
    for (let j: usize = at; j < at + bytes; j += 4)
      store<f32>(out + j, load<f32>(y + j) * (load<f32>(dy + j) - mean));
  }
}
