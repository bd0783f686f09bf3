// Normalisation of each row of x [N,D], rows start..stop. Sums are float64, since squares of differences lose precision
// in float32.
import { addAsDoubles, splat, sumDoubles } from './simd';

/** Mean of a row of n floats. */
function meanOf(x: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) sum = addAsDoubles(sum, v128.load(x + (<usize>i << 2)));
  let total = sumDoubles(sum);
  for (; i < n; ++i) total += <f64>load<f32>(x + (<usize>i << 2));
  return total / <f64>n;
}

/** 1/√(variance + eps) of a row of n floats with that mean. */
function inverseScale(x: usize, n: i32, mean: f32, eps: f32): f32 {
  let sum = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const d = f32x4.sub(v128.load(x + (<usize>i << 2)), splat(mean));
    sum = addAsDoubles(sum, f32x4.mul(d, d));
  }
  let total = sumDoubles(sum);
  for (; i < n; ++i) {
    const d = load<f32>(x + (<usize>i << 2)) - mean;
    total += <f64>(d * d);
  }
  return <f32>(1 / Math.sqrt(total / <f64>n + <f64>eps));
}

/** out = (x − mean)/√(variance + eps) */
export function normalizeRows(out: usize, x: usize, columns: i32, eps: f32, start: i32, stop: i32): void {
  const bytes = <usize>columns << 2;
  for (let r = start; r < stop; ++r) {
    const from = x + <usize>r * bytes;
    const y = out + <usize>r * bytes;
    const mean = <f32>meanOf(from, columns);
    const factor = inverseScale(from, columns, mean, eps);
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      const d = f32x4.sub(v128.load(from + (<usize>i << 2)), splat(mean));
      v128.store(y + (<usize>i << 2), f32x4.mul(d, splat(factor)));
    }
    for (; i < columns; ++i)
      store<f32>(y + (<usize>i << 2), (load<f32>(from + (<usize>i << 2)) - mean) * factor);
  }
}

/** out = (dy − mean(dy) − y·mean(dy·y))/√(variance + eps), y the normalised x. */
export function normalizeRowsGradient(
  out: usize,
  dy: usize,
  x: usize,
  columns: i32,
  eps: f32,
  start: i32,
  stop: i32,
): void {
  const bytes = <usize>columns << 2;
  for (let r = start; r < stop; ++r) {
    const from = x + <usize>r * bytes;
    const g = dy + <usize>r * bytes;
    const to = out + <usize>r * bytes;
    const mean = <f32>meanOf(from, columns);
    const factor = inverseScale(from, columns, mean, eps);
    const meanGradient = <f32>meanOf(g, columns);
    // y·mean(dy·y) = (x − mean)·factor²·mean(dy·(x − mean)).
    let sum = f64x2.splat(0);
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      const d = f32x4.sub(v128.load(from + (<usize>i << 2)), splat(mean));
      sum = addAsDoubles(sum, f32x4.mul(d, v128.load(g + (<usize>i << 2))));
    }
    let total = sumDoubles(sum);
    for (; i < columns; ++i)
      total += <f64>((load<f32>(from + (<usize>i << 2)) - mean) * load<f32>(g + (<usize>i << 2)));
    const along = <f32>((total / <f64>columns) * <f64>factor * <f64>factor);
    for (i = 0; i + 4 <= columns; i += 4) {
      const d = f32x4.sub(v128.load(from + (<usize>i << 2)), splat(mean));
      const centred = f32x4.sub(v128.load(g + (<usize>i << 2)), splat(meanGradient));
      const rest = f32x4.sub(centred, f32x4.mul(d, splat(along)));
      v128.store(to + (<usize>i << 2), f32x4.mul(rest, splat(factor)));
    }
    for (; i < columns; ++i) {
      const at = <usize>i << 2;
      const rest = load<f32>(g + at) - meanGradient - (load<f32>(from + at) - mean) * along;
      store<f32>(to + at, rest * factor);
    }
  }
}
