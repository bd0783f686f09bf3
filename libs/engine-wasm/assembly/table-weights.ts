// The gradient of mixing with respect to the weights: products of each row with the table rows it has mixed.
// Neighbouring rows whose keys have the same table row are processed together; every product is summed in the same
// order either way.
import { dot, madd, splat, sumLanes } from './simd';

/**
 * out [B·Tq, H·Tk] = dy[r] · table[index[k],h,:]; dy [B·Tq, D], index [B·Tk]; rows start..stop.
 */
export function tableMixWeights(
  out: usize,
  dy: usize,
  table: usize,
  index: usize,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  columns: i32,
  start: i32,
  stop: i32,
): void {
  const bytes = <usize>columns << 2;
  const headStep = <usize>nKeys << 2;
  const outRow = <usize>heads * headStep;
  const rowBytes = <usize>heads * bytes;
  for (let r = start; r < stop; r += 2) {
    const x = dy + <usize>r * bytes;
    const first = index + (<usize>((r / nQueries) * nKeys) << 2);
    const two = r + 1 < stop;
    const second = two ? index + (<usize>(((r + 1) / nQueries) * nKeys) << 2) : first;
    for (let k = 0; k < nKeys; ++k) {
      const y = out + <usize>r * outRow + (<usize>k << 2);
      const p = table + <usize>load<i32>(first + (<usize>k << 2)) * rowBytes;
      const q = table + <usize>load<i32>(second + (<usize>k << 2)) * rowBytes;
      let h = 0;
      for (; h + 4 <= heads; h += 4) {
        const to = y + <usize>h * headStep;
        const at = <usize>h * bytes;
        if (two && p == q) dotPair(to, headStep, outRow, x, x + bytes, p + at, bytes, columns);
        else {
          dot4(to, headStep, x, p + at, bytes, columns);
          if (two) dot4(to + outRow, headStep, x + bytes, q + at, bytes, columns);
        }
      }
      for (; h < heads; ++h) {
        const to = y + <usize>h * headStep;
        store<f32>(to, dot(x, p + <usize>h * bytes, columns));
        if (two) store<f32>(to + outRow, dot(x + bytes, q + <usize>h * bytes, columns));
      }
    }
  }
}

/** y[h·yStep] = x · p[h] for four rows p[h], `step` bytes apart, of n floats. */
function dot4(y: usize, yStep: usize, x: usize, p: usize, step: usize, n: i32): void {
  let a0 = splat(0);
  let a1 = splat(0);
  let a2 = splat(0);
  let a3 = splat(0);
  const p1 = p + step;
  const p2 = p1 + step;
  const p3 = p2 + step;
  const end = <usize>n << 2;
  const whole = <usize>(n & ~3) << 2;
  let j: usize = 0;
  for (; j < whole; j += 16) {
    const u = v128.load(x + j);
    a0 = madd(u, v128.load(p + j), a0);
    a1 = madd(u, v128.load(p1 + j), a1);
    a2 = madd(u, v128.load(p2 + j), a2);
    a3 = madd(u, v128.load(p3 + j), a3);
  }
  finish4(y, yStep, a0, a1, a2, a3, x, p, step, j, end);
}

/** `dot4` for two rows x0 and x1; the second one's results are `yRow` bytes after the first one's. */
function dotPair(y: usize, yStep: usize, yRow: usize, x0: usize, x1: usize, p: usize, step: usize, n: i32): void {
  let a0 = splat(0);
  let a1 = splat(0);
  let a2 = splat(0);
  let a3 = splat(0);
  let b0 = splat(0);
  let b1 = splat(0);
  let b2 = splat(0);
  let b3 = splat(0);
  const p1 = p + step;
  const p2 = p1 + step;
  const p3 = p2 + step;
  const end = <usize>n << 2;
  const whole = <usize>(n & ~3) << 2;
  let j: usize = 0;
  for (; j < whole; j += 16) {
    const u = v128.load(x0 + j);
    const v = v128.load(x1 + j);
    const t0 = v128.load(p + j);
    a0 = madd(u, t0, a0);
    b0 = madd(v, t0, b0);
    const t1 = v128.load(p1 + j);
    a1 = madd(u, t1, a1);
    b1 = madd(v, t1, b1);
    const t2 = v128.load(p2 + j);
    a2 = madd(u, t2, a2);
    b2 = madd(v, t2, b2);
    const t3 = v128.load(p3 + j);
    a3 = madd(u, t3, a3);
    b3 = madd(v, t3, b3);
  }
  finish4(y, yStep, a0, a1, a2, a3, x0, p, step, j, end);
  finish4(y + yRow, yStep, b0, b1, b2, b3, x1, p, step, j, end);
}

/** Stores four products: the sums of their lanes plus the terms from byte `from` on. */
@inline
function finish4(
  y: usize,
  yStep: usize,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
  x: usize,
  p: usize,
  step: usize,
  from: usize,
  end: usize,
): void {
  let s0 = sumLanes(a0);
  let s1 = sumLanes(a1);
  let s2 = sumLanes(a2);
  let s3 = sumLanes(a3);
  for (let j = from; j < end; j += 4) {
    const u = load<f32>(x + j);
    s0 += u * load<f32>(p + j);
    s1 += u * load<f32>(p + step + j);
    s2 += u * load<f32>(p + 2 * step + j);
    s3 += u * load<f32>(p + 3 * step + j);
  }
  store<f32>(y, s0);
  store<f32>(y + yStep, s1);
  store<f32>(y + 2 * yStep, s2);
  store<f32>(y + 3 * yStep, s3);
}
