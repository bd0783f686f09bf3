// The normal distribution in float64, for gelu.

const ROOT_OF_2_PI = Math.sqrt(2 * Math.PI);
/** From here on the continued fraction is the more exact form. */
const TAIL = 3;
const FRACTIONS = 120;

/** The density φ(x). */
export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / ROOT_OF_2_PI;

/**
 * The distribution function Φ(x), relative error below 1e-13 for x > −38 (where it is no longer a normal number).
 * Near 0: ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …); beyond 3: Φ(−a) = φ(a)/(a + 1/(a + 2/(a + 3/(a + …)))).
 * Source: Marsaglia, Evaluating the Normal Distribution, Journal of Statistical Software 11(4), 2004.
 */
export function normalDistribution(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const a = Math.abs(x);
  if (a < TAIL) {
    let sum = x;
    for (let term = x, n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) sum += term *= (x * x) / n;
    return 0.5 + sum * normalDensity(x);
  }
  let rest = 0;
  for (let k = FRACTIONS; k > 0; k--) rest = k / (a + rest);
  const tail = normalDensity(a) / (a + rest);
  return x < 0 ? tail : 1 - tail;
}
