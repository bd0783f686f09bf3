// The gradient of mixing with respect to the weights: products of each row with the table rows it has mixed.
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
  for (let r = start; r < stop; ++r) {
    const x = dy + <usize>r * bytes;
    const keys = index + (<usize>((r / nQueries) * nKeys) << 2);
    for (let k = 0; k < nKeys; ++k) {
      let y = out + (<usize>(r * heads * nKeys + k) << 2);
      let p = table + <usize>load<i32>(keys + (<usize>k << 2)) * heads * bytes;
      let h = 0;
      for (; h + 4 <= heads; h += 4) {
        dot4(y, headStep, x, p, bytes, columns);
        y += 4 * headStep;
        p += 4 * bytes;
      }
      for (; h < heads; ++h) {
        store<f32>(y, dot(x, p, columns));
        y += headStep;
        p += bytes;
      }
    }
  }
}

/** y[h·yStep] = x · p[h] for four rows p[h], `step` bytes apart, of n floats. */
@inline
function dot4(y: usize, yStep: usize, x: usize, p: usize, step: usize, n: i32): void {
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
  let j: usize = 0;
  for (; j + 32 <= end; j += 32) {
    const u = v128.load(x + j);
    const v = v128.load(x + j, 16);
    a0 = madd(u, v128.load(p + j), a0);
    a1 = madd(u, v128.load(p1 + j), a1);
    a2 = madd(u, v128.load(p2 + j), a2);
    a3 = madd(u, v128.load(p3 + j), a3);
    b0 = madd(v, v128.load(p + j, 16), b0);
    b1 = madd(v, v128.load(p1 + j, 16), b1);
    b2 = madd(v, v128.load(p2 + j, 16), b2);
    b3 = madd(v, v128.load(p3 + j, 16), b3);
  }
  let s0 = sumLanes(f32x4.add(a0, b0));
  let s1 = sumLanes(f32x4.add(a1, b1));
  let s2 = sumLanes(f32x4.add(a2, b2));
  let s3 = sumLanes(f32x4.add(a3, b3));
  for (; j < end; j += 4) {
    const u = load<f32>(x + j);
    s0 += u * load<f32>(p + j);
    s1 += u * load<f32>(p1 + j);
    s2 += u * load<f32>(p2 + j);
    s3 += u * load<f32>(p3 + j);
  }
  store<f32>(y, s0);
  store<f32>(y + yStep, s1);
  store<f32>(y + 2 * yStep, s2);
  store<f32>(y + 3 * yStep, s3);
}
