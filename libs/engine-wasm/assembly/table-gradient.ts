// The gradient of mixing with respect to the table, grouped by table row.
import { madd, splat } from './simd';

/** Entries of a group summed in registers before they are added to the result: keeps long sums accurate. */
const ENTRIES: i32 = 64;
/** Columns summed in registers, for four heads at a time. */
const STRIP: i32 = 8;

/**
 * Groups the mixed entries of all query rows by table row, as src/plan/groups.ts does for an index known at plan time.
 * index [B·Tk]; `groups`: starts [rows + 1], then (query row, position of its weight for head 0) of each entry.
 */
export function groupEntries(
  index: usize,
  groups: usize,
  queryRows: i32,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  rows: i32,
): void {
  const positions = (queryRows / nQueries) * nKeys;
  const entries = groups + (<usize>(rows + 1) << 2);
  memory.fill(groups, 0, <usize>(rows + 1) << 2);
  for (let i = 0; i < positions; ++i) {
    const at = groups + (<usize>load<i32>(index + (<usize>i << 2)) << 2);
    store<i32>(at, load<i32>(at) + nQueries);
  }
  let total = 0;
  for (let row = 0; row <= rows; ++row) {
    const at = groups + (<usize>row << 2);
    total += load<i32>(at);
    store<i32>(at, total);
  }
  // Now starts[row] is the end of row; filling backwards makes it the start again.
  for (let i = positions - 1; i >= 0; --i) {
    const at = groups + (<usize>load<i32>(index + (<usize>i << 2)) << 2);
    const example = i / nKeys;
    for (let q = nQueries - 1; q >= 0; --q) {
      const to = load<i32>(at) - 1;
      const query = example * nQueries + q;
      store<i32>(at, to);
      store<i32>(entries + (<usize>to << 3), query);
      store<i32>(entries + (<usize>to << 3), query * heads * nKeys + (i - example * nKeys), 4);
    }
  }
}

/**
 * out [rows, H·D]: row u, head h = Σ a[r,h,k]·dy[r] over the entries (r, k) of group u; a [B·Tq, H·Tk], dy [B·Tq, D].
 * Columns start..stop of each head.
 */
export function tableMixTable(
  out: usize,
  a: usize,
  dy: usize,
  groups: usize,
  heads: i32,
  nKeys: i32,
  columns: i32,
  rows: i32,
  start: i32,
  stop: i32,
): void {
  const bytes = <usize>columns << 2;
  const headStep = <usize>nKeys << 2;
  const entries = groups + (<usize>(rows + 1) << 2);
  for (let row = 0; row < rows; ++row) {
    const y = out + <usize>row * heads * bytes;
    const end = load<i32>(groups + (<usize>row << 2), 4);
    for (let h = 0; h < heads; ++h)
      memory.fill(y + <usize>h * bytes + (<usize>start << 2), 0, <usize>(stop - start) << 2);
    for (let i = load<i32>(groups + (<usize>row << 2)); i < end; i += ENTRIES) {
      const from = entries + (<usize>i << 3);
      const to = entries + (<usize>min(i + ENTRIES, end) << 3);
      let h = 0;
      for (; h + 4 <= heads; h += 4) {
        const weights = a + <usize>h * headStep;
        let at = <usize>start << 2;
        for (; at + STRIP * 4 <= <usize>stop << 2; at += STRIP * 4)
          addStrip(y + <usize>h * bytes + at, bytes, weights, headStep, dy + at, bytes, from, to);
        for (; at < <usize>stop << 2; at += 4)
          for (let g = 0; g < 4; ++g)
            addEntry(y + <usize>(h + g) * bytes + at, weights + <usize>g * headStep, dy + at, bytes, from, to);
      }
      for (; h < heads; ++h)
        for (let at = <usize>start << 2; at < <usize>stop << 2; at += 4)
          addEntry(y + <usize>h * bytes + at, a + <usize>h * headStep, dy + at, bytes, from, to);
    }
  }
}

/** Adds to STRIP columns of four heads, `yStep` bytes apart, the entries from..to. */
@inline
function addStrip(
  y: usize,
  yStep: usize,
  weights: usize,
  headStep: usize,
  dy: usize,
  step: usize,
  from: usize,
  to: usize,
): void {
  let a0 = splat(0);
  let a1 = splat(0);
  let b0 = splat(0);
  let b1 = splat(0);
  let c0 = splat(0);
  let c1 = splat(0);
  let d0 = splat(0);
  let d1 = splat(0);
  for (let entry = from; entry < to; entry += 8) {
    const x = dy + <usize>load<i32>(entry) * step;
    let w = weights + (<usize>load<i32>(entry, 4) << 2);
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    let weight = v128.load32_splat(w);
    a0 = madd(weight, x0, a0);
    a1 = madd(weight, x1, a1);
    w += headStep;
    weight = v128.load32_splat(w);
    b0 = madd(weight, x0, b0);
    b1 = madd(weight, x1, b1);
    w += headStep;
    weight = v128.load32_splat(w);
    c0 = madd(weight, x0, c0);
    c1 = madd(weight, x1, c1);
    w += headStep;
    weight = v128.load32_splat(w);
    d0 = madd(weight, x0, d0);
    d1 = madd(weight, x1, d1);
  }
  v128.store(y, f32x4.add(v128.load(y), a0));
  v128.store(y, f32x4.add(v128.load(y, 16), a1), 16);
  y += yStep;
  v128.store(y, f32x4.add(v128.load(y), b0));
  v128.store(y, f32x4.add(v128.load(y, 16), b1), 16);
  y += yStep;
  v128.store(y, f32x4.add(v128.load(y), c0));
  v128.store(y, f32x4.add(v128.load(y, 16), c1), 16);
  y += yStep;
  v128.store(y, f32x4.add(v128.load(y), d0));
  v128.store(y, f32x4.add(v128.load(y, 16), d1), 16);
}

/** The same for one column of one head. */
function addEntry(y: usize, weights: usize, dy: usize, step: usize, from: usize, to: usize): void {
  let sum: f32 = 0;
  for (let entry = from; entry < to; entry += 8)
    sum += load<f32>(weights + (<usize>load<i32>(entry, 4) << 2)) * load<f32>(dy + <usize>load<i32>(entry) * step);
  store<f32>(y, load<f32>(y) + sum);
}
