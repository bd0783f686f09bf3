// Mixing rows of a table [U, H·D] that an index finds: each query row r of example r / Tq reads, for each of its
// example's Tk keys and each head, one table row of D floats. The rows are processed in order, two at a time: if the
// keys of both have the same table row, it is read once for both. Sorted by table row they would share more, but would
// themselves be far apart in memory, which is slower.
import { epilogue } from './epilogue';
import { madd, splat } from './simd';

/** Columns of two rows that are summed in registers. */
const STRIP: i32 = 16;

/**
 * out [B·Tq, D] = Σ_k Σ_h a[r,h,k] · table[index[k],h,:], then + addend [B·Tq, D], + bias, max(…, 0), each if
 * requested; a [B·Tq, H·Tk], index [B·Tk]; rows start..stop. Every entry is summed over keys, within a key over heads.
 */
export function tableMix(
  out: usize,
  a: usize,
  table: usize,
  index: usize,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  columns: i32,
  addend: usize,
  bias: usize,
  relu: bool,
  start: i32,
  stop: i32,
): void {
  const bytes = <usize>columns << 2;
  for (let r = start; r < stop; r += 2) {
    // If the number of rows is odd, the last row is paired with itself.
    const s = min(r + 1, stop - 1);
    const add0 = addend ? addend + <usize>r * bytes : 0;
    const add1 = addend ? addend + <usize>s * bytes : 0;
    const y0 = out + <usize>r * bytes;
    const y1 = out + <usize>s * bytes;
    const w0 = a + ((<usize>r * heads * nKeys) << 2);
    const w1 = a + ((<usize>s * heads * nKeys) << 2);
    const keys0 = index + (<usize>((r / nQueries) * nKeys) << 2);
    const keys1 = index + (<usize>((s / nQueries) * nKeys) << 2);
    if (columns < STRIP) {
      mixNarrow(y0, w0, table, bytes, keys0, heads, nKeys, add0, bias, relu);
      if (s > r) mixNarrow(y1, w1, table, bytes, keys1, heads, nKeys, add1, bias, relu);
      continue;
    }
    for (let column = 0; column < columns; column += STRIP) {
      // The last strip ends with the row: some columns are computed twice, to the same bits.
      const at = <usize>min(column, columns - STRIP) << 2;
      mixStrip(y0 + at, y1 + at, w0, w1, table + at, bytes, keys0, keys1, heads, nKeys);
    }
    if (addend | bias | <usize>relu) {
      epilogue(y0, add0, bias, relu, 0, columns);
      if (s > r) epilogue(y1, add1, bias, relu, 0, columns);
    }
  }
}

/** One row of few columns, `bytes` of them. */
function mixNarrow(
  y: usize,
  weights: usize,
  table: usize,
  bytes: usize,
  keys: usize,
  heads: i32,
  nKeys: i32,
  addend: usize,
  bias: usize,
  relu: bool,
): void {
  for (let at: usize = 0; at < bytes; at += 4) {
    let sum: f32 = 0;
    for (let k = 0; k < nKeys; ++k) {
      const p = table + <usize>load<i32>(keys + (<usize>k << 2)) * heads * bytes + at;
      for (let h = 0; h < heads; ++h)
        sum += load<f32>(weights + (<usize>(h * nKeys + k) << 2)) * load<f32>(p + <usize>h * bytes);
    }
    if (addend) sum += load<f32>(addend + at);
    if (bias) sum += load<f32>(bias + at);
    store<f32>(y + at, relu ? max<f32>(sum, 0) : sum);
  }
}

/** STRIP columns of two rows of `tableMix`; `bytes`: of a table row of one head. */
function mixStrip(
  y0: usize,
  y1: usize,
  weights0: usize,
  weights1: usize,
  table: usize,
  bytes: usize,
  keys0: usize,
  keys1: usize,
  heads: i32,
  nKeys: i32,
): void {
  let a0 = splat(0);
  let a1 = splat(0);
  let a2 = splat(0);
  let a3 = splat(0);
  let b0 = splat(0);
  let b1 = splat(0);
  let b2 = splat(0);
  let b3 = splat(0);
  const step = <usize>nKeys << 2;
  const rowBytes = <usize>heads * bytes;
  for (let k: usize = 0; k < step; k += 4) {
    let p = table + <usize>load<i32>(keys0 + k) * rowBytes;
    const q = table + <usize>load<i32>(keys1 + k) * rowBytes;
    const end = p + rowBytes;
    let w0 = weights0 + k;
    let w1 = weights1 + k;
    if (p == q) {
      for (; p < end; p += bytes, w0 += step, w1 += step) {
        const u = v128.load32_splat(w0);
        const v = v128.load32_splat(w1);
        const t0 = v128.load(p);
        a0 = madd(u, t0, a0);
        b0 = madd(v, t0, b0);
        const t1 = v128.load(p, 16);
        a1 = madd(u, t1, a1);
        b1 = madd(v, t1, b1);
        const t2 = v128.load(p, 32);
        a2 = madd(u, t2, a2);
        b2 = madd(v, t2, b2);
        const t3 = v128.load(p, 48);
        a3 = madd(u, t3, a3);
        b3 = madd(v, t3, b3);
      }
      continue;
    }
    for (; p < end; p += bytes, w0 += step) {
      const u = v128.load32_splat(w0);
      a0 = madd(u, v128.load(p), a0);
      a1 = madd(u, v128.load(p, 16), a1);
      a2 = madd(u, v128.load(p, 32), a2);
      a3 = madd(u, v128.load(p, 48), a3);
    }
    p = q;
    for (const stop = q + rowBytes; p < stop; p += bytes, w1 += step) {
      const v = v128.load32_splat(w1);
      b0 = madd(v, v128.load(p), b0);
      b1 = madd(v, v128.load(p, 16), b1);
      b2 = madd(v, v128.load(p, 32), b2);
      b3 = madd(v, v128.load(p, 48), b3);
    }
  }
  storeStrip(y0, a0, a1, a2, a3);
  storeStrip(y1, b0, b1, b2, b3);
}

@inline
function storeStrip(y: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(y, s0);
  v128.store(y, s1, 16);
  v128.store(y, s2, 32);
  v128.store(y, s3, 48);
}
