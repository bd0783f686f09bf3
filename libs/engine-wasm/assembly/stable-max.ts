// StableMax over rows of logits [N,V] with labels i32 [N]; labels must be in range. Rows start..stop. Sums in float64.
// s(x) = x + 1 for x ≥ 0, 1/(1 − x) below; the slope of s is s(x)/(1 + |x|).
import { log1p } from './math';
import { addAsDoubles, splat, sumDoubles } from './simd';

@inline
function stable4(x: v128): v128 {
  const above = f32x4.add(f32x4.abs(x), splat(1));
  return v128.bitselect(f32x4.div(splat(1), above), above, f32x4.lt(x, splat(0)));
}

@inline
function stable1(x: f32): f32 {
  return f32x4.extract_lane(stable4(splat(x)), 0);
}

/** Σ s(x_i) over i in 0..n except `left`. */
function sumOfOthers(x: usize, n: i32, left: i32): f64 {
  let sum = f64x2.splat(0);
  let i = 0;
  let lanes = i32x4(0, 1, 2, 3);
  for (; i + 4 <= n; i += 4) {
    const s = stable4(v128.load(x + (<usize>i << 2)));
    sum = addAsDoubles(sum, v128.andnot(s, i32x4.eq(lanes, i32x4.splat(left))));
    lanes = i32x4.add(lanes, i32x4.splat(4));
  }
  let result = sumDoubles(sum);
  for (; i < n; ++i) if (i != left) result += <f64>stable1(load<f32>(x + (<usize>i << 2)));
  return result;
}

/** out [N] = log1p(Σ_{i≠label} s_i / s_label) */
export function stableMaxCrossEntropy(out: usize, logits: usize, labels: usize, classes: i32, start: i32, stop: i32): void {
  for (let r = start; r < stop; ++r) {
    const x = logits + ((<usize>r * <usize>classes) << 2);
    const label = load<i32>(labels + (<usize>r << 2));
    const own = <f64>stable1(load<f32>(x + (<usize>label << 2)));
    store<f32>(out + (<usize>r << 2), <f32>log1p(sumOfOthers(x, classes, label) / own));
  }
}

/** out [N,V] = dLoss·s_i/(Σ s·(1 + |l_i|)), at the label, −Σ of the others replaces s_i. */
export function stableMaxCrossEntropyGradient(
  out: usize,
  logits: usize,
  labels: usize,
  dLoss: usize,
  classes: i32,
  start: i32,
  stop: i32,
): void {
  for (let r = start; r < stop; ++r) {
    const row = (<usize>r * <usize>classes) << 2;
    const x = logits + row;
    const y = out + row;
    const label = load<i32>(labels + (<usize>r << 2));
    const own = load<f32>(x + (<usize>label << 2));
    const others = sumOfOthers(x, classes, label);
    const factor = <f64>load<f32>(dLoss + (<usize>r << 2)) / (others + <f64>stable1(own));
    let i = 0;
    for (; i + 4 <= classes; i += 4) {
      const l = v128.load(x + (<usize>i << 2));
      const slope = f32x4.div(stable4(l), f32x4.add(f32x4.abs(l), splat(1)));
      v128.store(y + (<usize>i << 2), f32x4.mul(slope, splat(<f32>factor)));
    }
    for (; i < classes; ++i) {
      const l = load<f32>(x + (<usize>i << 2));
      store<f32>(y + (<usize>i << 2), (stable1(l) / (abs(l) + 1)) * <f32>factor);
    }
    store<f32>(y + (<usize>label << 2), <f32>((-others * factor) / (<f64>abs(own) + 1)));
  }
}
