// Operations on four floats at a time that all kernels share. Sizes count floats, addresses are in bytes.

/** a·b + c: one rounding with relaxed SIMD (on machines with fused multiply-add), two without. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  else return f32x4.add(f32x4.mul(a, b), c);
}

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** Sum of the four lanes, always in the same order. */
@inline
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Σ x[i]·y[i] over n floats. */
export function dot(x: usize, y: usize, n: i32): f32 {
  let sum = splat(0);
  let other = splat(0);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    sum = madd(v128.load(x + (<usize>i << 2)), v128.load(y + (<usize>i << 2)), sum);
    other = madd(v128.load(x + (<usize>i << 2), 16), v128.load(y + (<usize>i << 2), 16), other);
  }
  sum = f32x4.add(sum, other);
  for (; i + 4 <= n; i += 4) sum = madd(v128.load(x + (<usize>i << 2)), v128.load(y + (<usize>i << 2)), sum);
  let result = sumLanes(sum);
  for (; i < n; ++i) result += load<f32>(x + (<usize>i << 2)) * load<f32>(y + (<usize>i << 2));
  return result;
}

/** Sum of the two float64 lanes. */
@inline
export function sumDoubles(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Adds four floats to two float64 accumulators. */
@inline
export function addAsDoubles(sum: v128, x: v128): v128 {
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(x), high));
}

/** First item of thread `t`'s share of `n` items, divided in groups of `group`; share t ends where t + 1 begins. */
export function shareStart(n: i32, group: i32, t: i32, threads: i32): i32 {
  const groups = (n + group - 1) / group;
  return min(n, <i32>((<i64>groups * t) / threads) * group);
}
