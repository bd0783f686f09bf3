import { madd, splat } from './simd';

const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
const LOG2_E: f32 = 1.44269504088896341;
/** Below this, e^x is less than the smallest normal float32 and returned as 0. */
const SMALLEST: f32 = -87.33654;

/** 1.5·2^23: a float this large has no fraction, so adding it rounds, and its last bits hold the integer. */
const ROUNDER: f32 = 12582912;

/**
 * e^x for x ≤ 0 (the kernels use no other arguments), relative error ≤ 2e-7; 0 below −87.34; NaN stays NaN. x = n·ln 2
 * + r with |r| ≤ ln 2 / 2, then a polynomial in r times 2^n. Source of the coefficients: Cephes expf.
 */
@inline
export function exp4(x: v128): v128 {
  const tooSmall = f32x4.lt(x, splat(SMALLEST));
  // pmax, one instruction where max is many, returns its first operand if that is NaN.
  x = f32x4.pmax(x, splat(SMALLEST));
  const rounded = madd(x, splat(LOG2_E), splat(ROUNDER));
  const n = f32x4.sub(rounded, splat(ROUNDER));
  let r = madd(n, splat(-LN2_HIGH), x);
  r = madd(n, splat(-LN2_LOW), r);
  let p = splat(1.9875691500e-4);
  p = madd(p, r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), splat(1));
  // Shifting leaves only n of the rounder's bits.
  const power = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(127 << 23));
  return v128.andnot(f32x4.mul(p, power), tooSmall);
}

/** exp4 for one number, to the same bits. */
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(splat(x)), 0);
}

/**
 * log(1 + x) for x ≥ 0 in float64, relative error below 1e-11, tiny x included; NaN stays NaN, ∞ stays ∞.
 * 1 + x = 2^k·m with m near 1, log m = 2 atanh((m − 1) / (m + 1)) by its series.
 */
export function log1p(x: f64): f64 {
  if (!(x < Infinity)) return x;
  let k = 0;
  let z = x / (2 + x);
  if (x > 0.4142) {
    const bits = reinterpret<u64>(1 + x);
    k = <i32>(bits >> 52) - 1023;
    let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
    if (m > 1.4142135623730951) {
      m *= 0.5;
      k += 1;
    }
    z = (m - 1) / (m + 1);
  }
  const s = z * z;
  let p: f64 = 1.0 / 15;
  p = p * s + 1.0 / 13;
  p = p * s + 1.0 / 11;
  p = p * s + 1.0 / 9;
  p = p * s + 1.0 / 7;
  p = p * s + 1.0 / 5;
  p = p * s + 1.0 / 3;
  p = p * s + 1;
  return <f64>k * 0.6931471805599453 + 2 * z * p;
}
