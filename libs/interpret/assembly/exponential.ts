/*
 * e^x in float64, two values at a time, within one unit in the last place or two; for measures that need millions of
 * them. Exact reduction x = n·ln 2 + r, |r| ≤ ln 2 / 2, a Taylor polynomial in r (its rest is below 2^-57), times 2^n.
 */

const LOG2_E: f64 = 1.4426950408889634;
// ln 2 in two parts, the first with 32 zeros at its end: n times it is exact.
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** Below, e^x counts as 0: 2^n would no longer be a normal number. */
const LEAST: f64 = -708;
/** Added to n, the last bits of the sum are those of the exponent n + 1023. */
const EXPONENT: f64 = 4503599627370496 + 1023;

/** e^x for x ≤ 709; 0 for x < −708 and where x is not a number. */
@inline
function exponential(x: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(LOG2_E)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH))), f64x2.mul(n, f64x2.splat(LN2_LOW)));
  // Even and odd powers separately, so that neither waits for the other. 1/2! + r/3! + r²/4! + …
  const square = f64x2.mul(r, r);
  let even = f64x2.splat(1.0 / 87178291200);
  let odd = f64x2.splat(1.0 / 6227020800);
  even = f64x2.add(f64x2.mul(even, square), f64x2.splat(1.0 / 479001600));
  odd = f64x2.add(f64x2.mul(odd, square), f64x2.splat(1.0 / 39916800));
  even = f64x2.add(f64x2.mul(even, square), f64x2.splat(1.0 / 3628800));
  odd = f64x2.add(f64x2.mul(odd, square), f64x2.splat(1.0 / 362880));
  even = f64x2.add(f64x2.mul(even, square), f64x2.splat(1.0 / 40320));
  odd = f64x2.add(f64x2.mul(odd, square), f64x2.splat(1.0 / 5040));
  even = f64x2.add(f64x2.mul(even, square), f64x2.splat(1.0 / 720));
  odd = f64x2.add(f64x2.mul(odd, square), f64x2.splat(1.0 / 120));
  even = f64x2.add(f64x2.mul(even, square), f64x2.splat(1.0 / 24));
  odd = f64x2.add(f64x2.mul(odd, square), f64x2.splat(1.0 / 6));
  even = f64x2.add(f64x2.mul(even, square), f64x2.splat(0.5));
  const p = f64x2.add(even, f64x2.mul(odd, r));
  // 1 + (r + r²·p): the large term last.
  const power = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(square, p)));
  const scale = i64x2.shl(f64x2.add(n, f64x2.splat(EXPONENT)), 52);
  return v128.and(f64x2.mul(power, scale), f64x2.ge(x, f64x2.splat(LEAST)));
}

/** x ← e^x for `count` float64 at x, in place; an even count. */
export function exponentials(x: usize, count: i32): void {
  const end = x + ((<usize>count) << 3);
  for (; x < end; x += 16) v128.store(x, exponential(v128.load(x)));
}

/**
 * The terms of the cross-entropy of each row of x [rows, stride] over its first `classes` entries i other than its
 * label: m = max(0, max x_i − x_label) and Σ e^{x_i − x_label − m}, written to out [rows, 2]. The rows are changed.
 */
export function lossSums(x: usize, stride: i32, rows: i32, classes: i32, labels: usize, out: usize): void {
  const step = (<usize>stride) << 3;
  const pairs = (<usize>(classes & ~1)) << 3;
  for (let r: i32 = 0; r < rows; r++) {
    const wantedAt = x + ((<usize>load<i32>(labels)) << 3);
    const wanted = load<f64>(wantedAt);
    store<f64>(wantedAt, -Infinity);
    let most = f64x2.splat(-Infinity);
    for (let at: usize = 0; at < pairs; at += 16) most = f64x2.max(most, v128.load(x + at));
    const isOdd = classes & 1;
    const last = isOdd ? load<f64>(x + pairs) : -Infinity;
    const best = max<f64>(max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), last);
    const m = max<f64>(0, best - wanted);
    const less = f64x2.splat(wanted);
    const least = f64x2.splat(m);
    let sum = f64x2.splat(0);
    for (let at: usize = 0; at < pairs; at += 16)
      sum = f64x2.add(sum, exponential(f64x2.sub(f64x2.sub(v128.load(x + at), less), least)));
    if (isOdd)
      sum = f64x2.add(sum, exponential(f64x2.replace_lane(f64x2.splat(-Infinity), 0, last - wanted - m)));
    store<f64>(out, m);
    store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 8);
    x += step;
    labels += 4;
    out += 16;
  }
}
