// Losses over rows of logits [N,V] with labels i32 [N]; labels must be in range. Rows start..stop. Written by
// differences d_i = l_i − l_label, so that losses down to 1e-12 and beyond 88 are correct.
import { exp1, exp4, log1p } from './math';
import { addAsDoubles, splat, sumDoubles } from './simd';

/** Largest of n floats; NaN if there is one. */
function largest(x: usize, n: i32): f32 {
  let m = splat(-Infinity);
  let i = 0;
  for (; i + 4 <= n; i += 4) m = f32x4.max(m, v128.load(x + (<usize>i << 2)));
  m = f32x4.max(m, v128.shuffle<f32>(m, m, 2, 3, 0, 1));
  let result = max<f32>(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1));
  for (; i < n; ++i) result = max<f32>(result, load<f32>(x + (<usize>i << 2)));
  return result;
}

/** Largest of n floats, ignoring NaN; much faster, for uses where a NaN shows in the result anyway. */
function largestNumber(x: usize, n: i32): f32 {
  let a = splat(-Infinity);
  let b = splat(-Infinity);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    a = f32x4.pmax(a, v128.load(x + (<usize>i << 2)));
    b = f32x4.pmax(b, v128.load(x + (<usize>i << 2), 16));
  }
  a = f32x4.pmax(a, b);
  a = f32x4.pmax(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  let result = max<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
  for (; i < n; ++i) {
    const y = load<f32>(x + (<usize>i << 2));
    if (y > result) result = y;
  }
  return result;
}

/** Σ e^{x_i − reference − shift} over i in 0..n except `left`, in float64. */
function sumOfExponentials(x: usize, n: i32, reference: f32, shift: f32, left: i32): f64 {
  let sum = f64x2.splat(0);
  let i = 0;
  let lanes = i32x4(0, 1, 2, 3);
  for (; i + 4 <= n; i += 4) {
    const d = f32x4.sub(f32x4.sub(v128.load(x + (<usize>i << 2)), splat(reference)), splat(shift));
    sum = addAsDoubles(sum, v128.andnot(exp4(d), i32x4.eq(lanes, i32x4.splat(left))));
    lanes = i32x4.add(lanes, i32x4.splat(4));
  }
  let result = sumDoubles(sum);
  for (; i < n; ++i) if (i != left) result += <f64>exp1(load<f32>(x + (<usize>i << 2)) - reference - shift);
  return result;
}

/**
 * out [N] = −log softmax at the label. With d_i = l_i − l_label and m = max(0, max d_i):
 * log1p(Σ_{i≠label} e^{d_i}) if m = 0, else m + log(e^{−m} + Σ_{i≠label} e^{d_i−m}).
 */
export function crossEntropy(out: usize, logits: usize, labels: usize, classes: i32, start: i32, stop: i32): void {
  for (let r = start; r < stop; ++r) {
    const x = logits + ((<usize>r * <usize>classes) << 2);
    const label = load<i32>(labels + (<usize>r << 2));
    const reference = load<f32>(x + (<usize>label << 2));
    const m = largestNumber(x, classes) - reference;
    const sum = sumOfExponentials(x, classes, reference, m, label);
    // If m > 0, the sum contains the largest term's e^0, so its logarithm is log1p of the rest.
    const loss = m == 0 ? log1p(sum) : <f64>m + log1p(sum + <f64>exp1(-m) - 1);
    store<f32>(out + (<usize>r << 2), <f32>loss);
  }
}

/**
 * Shares below this fraction of the largest count as 0 in the gradient, for speed: divided by the batch size and
 * multiplied by weights they become subnormal numbers, which slow every product they enter by a factor of ten, and runs
 * with a train loss of 1e-7 are full of them. 2^-80 of a gradient is far below its rounding. NaN is kept.
 */
const NEGLIGIBLE: f32 = 8.2718061e-25;

/**
 * out [N,V] = dLoss · softmax, at the label −dLoss · Σ of the others' softmax (never p − 1, which loses what is below
 * 1e-7).
 */
export function crossEntropyGradient(
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
    const m = largestNumber(x, classes);
    let sum = f64x2.splat(0);
    let i = 0;
    for (; i + 4 <= classes; i += 4) {
      const e = exp4(f32x4.sub(v128.load(x + (<usize>i << 2)), splat(m)));
      v128.store(y + (<usize>i << 2), v128.andnot(e, f32x4.lt(e, splat(NEGLIGIBLE))));
    }
    for (; i < classes; ++i) {
      const e = exp1(load<f32>(x + (<usize>i << 2)) - m);
      store<f32>(y + (<usize>i << 2), e < NEGLIGIBLE ? 0 : e);
    }
    const atLabel = y + (<usize>label << 2);
    const own = <f64>load<f32>(atLabel);
    store<f32>(atLabel, 0);
    for (i = 0; i + 4 <= classes; i += 4) sum = addAsDoubles(sum, v128.load(y + (<usize>i << 2)));
    let others = sumDoubles(sum);
    for (; i < classes; ++i) others += <f64>load<f32>(y + (<usize>i << 2));
    const factor = <f64>load<f32>(dLoss + (<usize>r << 2)) / (others + own);
    for (i = 0; i + 4 <= classes; i += 4)
      v128.store(y + (<usize>i << 2), f32x4.mul(v128.load(y + (<usize>i << 2)), splat(<f32>factor)));
    for (; i < classes; ++i) store<f32>(y + (<usize>i << 2), load<f32>(y + (<usize>i << 2)) * <f32>factor);
    store<f32>(atLabel, <f32>(-others * factor));
  }
}

/** out [N] = 1 where the label's logit is the largest (the first of equals), else 0; 0 where it is NaN. */
export function isCorrect(out: usize, logits: usize, labels: usize, classes: i32, start: i32, stop: i32): void {
  for (let r = start; r < stop; ++r) {
    const x = logits + ((<usize>r * <usize>classes) << 2);
    const label = load<i32>(labels + (<usize>r << 2));
    const own = load<f32>(x + (<usize>label << 2));
    let right = largest(x, classes) == own;
    for (let i = 0; right && i < label; ++i) if (load<f32>(x + (<usize>i << 2)) == own) right = false;
    store<f32>(out + (<usize>r << 2), right ? 1 : 0);
  }
}
