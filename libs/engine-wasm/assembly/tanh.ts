// tanh x and its gradient, entry by entry.
import { exp4 } from './math';
import { madd, splat } from './simd';

/**
 * Slopes below this, |x| > 25, count as 0: multiplied by a gradient they would be subnormal numbers, which slow every
 * product.
 */
const NEGLIGIBLE: f32 = 7.6e-22;

/** Below this, 1 − 2e/(1 + e) would lose digits: tanh x = x + x³·P(x²) there. Source: Cephes tanhf, with its P. */
const SMALL: f32 = 0.625;

@inline
function nearZero4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = madd(p, z, splat(2.06390887954e-2));
  p = madd(p, z, splat(-5.37397155531e-2));
  p = madd(p, z, splat(1.33314422036e-1));
  p = madd(p, z, splat(-3.33332819422e-1));
  return madd(f32x4.mul(p, z), x, x);
}

/** e^{−2|x|} */
@inline
function decay4(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.abs(x), splat(-2)));
}

@inline
function tanh4(x: v128): v128 {
  const e = decay4(x);
  const far = f32x4.sub(splat(1), f32x4.div(f32x4.add(e, e), f32x4.add(e, splat(1))));
  const signed = v128.or(far, v128.and(x, splat(-0.0)));
  return v128.bitselect(nearZero4(x), signed, f32x4.lt(f32x4.abs(x), splat(SMALL)));
}

/** 1/cosh² x = 4e/(1 + e)², e = e^{−2|x|}; 0 where it is negligible. */
@inline
function slope4(x: v128): v128 {
  const e = decay4(x);
  const above = f32x4.add(e, splat(1));
  const slope = f32x4.div(f32x4.mul(e, splat(4)), f32x4.mul(above, above));
  return v128.andnot(slope, f32x4.lt(slope, splat(NEGLIGIBLE)));
}

/** out = tanh x */
export function tanh(out: usize, x: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16) v128.store(out, tanh4(v128.load(x)));
  for (; out < end; out += 4, x += 4) store<f32>(out, f32x4.extract_lane(tanh4(splat(load<f32>(x))), 0));
}

/** out = dy / cosh² x */
export function tanhGradient(out: usize, dy: usize, x: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, dy += 16, x += 16)
    v128.store(out, f32x4.mul(v128.load(dy), slope4(v128.load(x))));
  for (; out < end; out += 4, dy += 4, x += 4)
    store<f32>(out, load<f32>(dy) * f32x4.extract_lane(slope4(splat(load<f32>(x))), 0));
}
