// RMS normalisation of each row of x [N,D], rows start..stop. Products and sums are float64: squares of large values
// would overflow.
import { splat, sumDoubles } from './simd';

/** Σ x[i]·y[i] over n floats. */
function dotAsDoubles(x: usize, y: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const a = f64x2.promote_low_f32x4(v128.load64_zero(x + (<usize>i << 2)));
    const b = f64x2.promote_low_f32x4(v128.load64_zero(y + (<usize>i << 2)));
    sum = f64x2.add(sum, f64x2.mul(a, b));
  }
  let total = sumDoubles(sum);
  if (i < n) total += <f64>load<f32>(x + (<usize>i << 2)) * <f64>load<f32>(y + (<usize>i << 2));
  return total;
}

/** 1/√(mean(x²) + eps) of a row of n floats. */
@inline
function inverseScale(x: usize, n: i32, eps: f32): f64 {
  return 1 / Math.sqrt(dotAsDoubles(x, x, n) / <f64>n + <f64>eps);
}

/** out = x/√(mean(x²) + eps) */
export function rmsNormalizeRows(out: usize, x: usize, columns: i32, eps: f32, start: i32, stop: i32): void {
  const bytes = <usize>columns << 2;
  for (let r = start; r < stop; ++r) {
    const from = x + <usize>r * bytes;
    const y = out + <usize>r * bytes;
    const factor = <f32>inverseScale(from, columns, eps);
    let i = 0;
    for (; i + 4 <= columns; i += 4)
      v128.store(y + (<usize>i << 2), f32x4.mul(v128.load(from + (<usize>i << 2)), splat(factor)));
    for (; i < columns; ++i) store<f32>(y + (<usize>i << 2), load<f32>(from + (<usize>i << 2)) * factor);
  }
}

/** out = (dy − y·mean(dy·y))/√(mean(x²) + eps), y the normalised x. */
export function rmsNormalizeRowsGradient(
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
    const factor = inverseScale(from, columns, eps);
    // y·mean(dy·y) = x·factor²·mean(dy·x).
    const along = <f32>((dotAsDoubles(g, from, columns) / <f64>columns) * factor * factor);
    const last = <f32>factor;
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      const at = <usize>i << 2;
      const rest = f32x4.sub(v128.load(g + at), f32x4.mul(v128.load(from + at), splat(along)));
      v128.store(to + at, f32x4.mul(rest, splat(last)));
    }
    for (; i < columns; ++i) {
      const at = <usize>i << 2;
      store<f32>(to + at, (load<f32>(g + at) - load<f32>(from + at) * along) * last);
    }
  }
}
