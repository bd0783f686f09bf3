// gelu(x) = x·Φ(x) and its gradient, entry by entry; Φ is the normal distribution function, φ its density.
import { exp4 } from './math';
import { madd, splat } from './simd';

const ROOT_OF_2_PI_INVERSE: f32 = 0.3989422804014327;

/**
 * Tails below this, |x| > 10, count as 0: multiplied by a gradient they would be subnormal numbers, which slow every
 * product.
 */
const NEGLIGIBLE: f32 = 1.9e-22;

/** Φ(−a)·e^{a²/2} for a = |x| as t·P(t), t = 1/(1 + 0.32a): a minimax fit, relative error 3e-8 in exact arithmetic. */
@inline
function tailRatio4(a: v128): v128 {
  const t = f32x4.div(splat(1), madd(splat(0.32), a, splat(1)));
  let p = splat(-0.021078072074435492);
  p = madd(p, t, splat(0.09540686598137742));
  p = madd(p, t, splat(-0.14670679535338074));
  p = madd(p, t, splat(0.06532741513234891));
  p = madd(p, t, splat(-0.009377235116980527));
  p = madd(p, t, splat(0.05865384954463027));
  p = madd(p, t, splat(0.08782912512317326));
  p = madd(p, t, splat(0.11462235522391537));
  p = madd(p, t, splat(0.1276609468441329));
  p = madd(p, t, splat(0.12766152873655065));
  return f32x4.mul(p, t);
}

/** Φ(x) from the tail Φ(−|x|). */
@inline
function distribution4(x: v128, tail: v128): v128 {
  return v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(x, splat(0)));
}

/** e^{−x²/2}, but 0 where it is negligible. */
@inline
function bell4(x: v128): v128 {
  const e = exp4(f32x4.mul(f32x4.mul(x, x), splat(-0.5)));
  return v128.andnot(e, f32x4.lt(e, splat(NEGLIGIBLE)));
}

@inline
function gelu4(x: v128): v128 {
  const e = bell4(x);
  return f32x4.mul(x, distribution4(x, f32x4.mul(e, tailRatio4(f32x4.abs(x)))));
}

@inline
function geluSlope4(x: v128): v128 {
  const e = bell4(x);
  const phi = distribution4(x, f32x4.mul(e, tailRatio4(f32x4.abs(x))));
  return madd(f32x4.mul(x, splat(ROOT_OF_2_PI_INVERSE)), e, phi);
}

/** out = x·Φ(x) */
export function gelu(out: usize, x: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16) v128.store(out, gelu4(v128.load(x)));
  for (; out < end; out += 4, x += 4) store<f32>(out, f32x4.extract_lane(gelu4(splat(load<f32>(x))), 0));
}

/** out = dy·(Φ(x) + x·φ(x)) */
export function geluGradient(out: usize, dy: usize, x: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, dy += 16, x += 16)
    v128.store(out, f32x4.mul(v128.load(dy), geluSlope4(v128.load(x))));
  for (; out < end; out += 4, dy += 4, x += 4)
    store<f32>(out, load<f32>(dy) * f32x4.extract_lane(geluSlope4(splat(load<f32>(x))), 0));
}
