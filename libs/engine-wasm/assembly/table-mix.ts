// Mixing rows of a table [U, H·D] that an index finds: each query row r of example r / Tq reads, for each of its
// example's Tk keys and each head, one table row of D floats. The rows are gone through as they come: sorted by their
// keys' table rows they would find those nearer, but be far apart themselves, in slower memory.
import { madd, splat } from './simd';

/** Columns that are summed in registers. */
const STRIP: i32 = 32;

/**
 * out [B·Tq, D] = Σ_k Σ_h a[r,h,k] · table[index[k],h,:], then + bias, then max(…, 0), each if asked for;
 * a [B·Tq, H·Tk], index [B·Tk]; rows start..stop. Every entry is summed over keys, within a key over heads.
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
  bias: usize,
  relu: bool,
  start: i32,
  stop: i32,
): void {
  const bytes = <usize>columns << 2;
  for (let r = start; r < stop; ++r) {
    const y = out + <usize>r * bytes;
    const weights = a + ((<usize>r * heads * nKeys) << 2);
    const keys = index + (<usize>((r / nQueries) * nKeys) << 2);
    let column = 0;
    if (columns >= STRIP) {
      for (; column < columns; column += STRIP) {
        // The last strip ends with the row: some columns are computed twice, to the same bits.
        const at = <usize>min(column, columns - STRIP) << 2;
        mixStrip(y + at, weights, table + at, bytes, keys, heads, nKeys, bias ? bias + at : 0, relu);
      }
      continue;
    }
    for (; column < columns; ++column) {
      const at = <usize>column << 2;
      let sum: f32 = 0;
      for (let k = 0; k < nKeys; ++k) {
        const p = table + <usize>load<i32>(keys + (<usize>k << 2)) * heads * bytes + at;
        for (let h = 0; h < heads; ++h)
          sum += load<f32>(weights + (<usize>(h * nKeys + k) << 2)) * load<f32>(p + <usize>h * bytes);
      }
      if (bias) sum += load<f32>(bias + at);
      store<f32>(y + at, relu ? max<f32>(sum, 0) : sum);
    }
  }
}

/** STRIP columns of one row of `tableMix`; `bytes`: of a table row of one head. */
@inline
function mixStrip(
  y: usize,
  weights: usize,
  table: usize,
  bytes: usize,
  keys: usize,
  heads: i32,
  nKeys: i32,
  bias: usize,
  relu: bool,
): void {
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let s4 = splat(0);
  let s5 = splat(0);
  let s6 = splat(0);
  let s7 = splat(0);
  for (let k = 0; k < nKeys; ++k) {
    let p = table + <usize>load<i32>(keys + (<usize>k << 2)) * heads * bytes;
    let w = weights + (<usize>k << 2);
    for (let h = 0; h < heads; ++h) {
      const weight = v128.load32_splat(w);
      s0 = madd(weight, v128.load(p), s0);
      s1 = madd(weight, v128.load(p, 16), s1);
      s2 = madd(weight, v128.load(p, 32), s2);
      s3 = madd(weight, v128.load(p, 48), s3);
      s4 = madd(weight, v128.load(p, 64), s4);
      s5 = madd(weight, v128.load(p, 80), s5);
      s6 = madd(weight, v128.load(p, 96), s6);
      s7 = madd(weight, v128.load(p, 112), s7);
      p += bytes;
      w += <usize>nKeys << 2;
    }
  }
  if (bias) {
    s0 = f32x4.add(s0, v128.load(bias));
    s1 = f32x4.add(s1, v128.load(bias, 16));
    s2 = f32x4.add(s2, v128.load(bias, 32));
    s3 = f32x4.add(s3, v128.load(bias, 48));
    s4 = f32x4.add(s4, v128.load(bias, 64));
    s5 = f32x4.add(s5, v128.load(bias, 80));
    s6 = f32x4.add(s6, v128.load(bias, 96));
    s7 = f32x4.add(s7, v128.load(bias, 112));
  }
  if (relu) {
    const zero = splat(0);
    s0 = f32x4.pmax(s0, zero);
    s1 = f32x4.pmax(s1, zero);
    s2 = f32x4.pmax(s2, zero);
    s3 = f32x4.pmax(s3, zero);
    s4 = f32x4.pmax(s4, zero);
    s5 = f32x4.pmax(s5, zero);
    s6 = f32x4.pmax(s6, zero);
    s7 = f32x4.pmax(s7, zero);
  }
  v128.store(y, s0);
  v128.store(y, s1, 16);
  v128.store(y, s2, 32);
  v128.store(y, s3, 48);
  v128.store(y, s4, 64);
  v128.store(y, s5, 80);
  v128.store(y, s6, 96);
  v128.store(y, s7, 112);
}
