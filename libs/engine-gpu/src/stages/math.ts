/**
 * Functions that kernels call instead of `Math.exp` and `Math.log1p`: drivers may compute `exp(x)` with an error of
 * (3 + 2|x|) units in the last place, and gpu.js writes log1p(x) as log(1 + x), which is 0 for small x.
 * Losses down to 1e-12 need every digit, so these use only sums, products and divisions.
 */
export interface HelperFunction {
  /** The name of its one argument, a number. */
  readonly argument: string;
  readonly source: string;
}

/**
 * e^x for x ≤ 0, relative error below 3e-7; 0 below −87 (where float32 would be subnormal). x = n·ln 2 + r with ln 2
 * split in two; polynomial in r; then 2^n by halving. Source of the coefficients: Cephes expf (Moshier).
 */
export const EXP_OF_NEGATIVE: HelperFunction = {
  argument: 'x',
  source: `function expOfNegative(x) {
    if (x < -87.0) {
      return 0.0;
    }
    const n = Math.floor(x * 1.4426950408889634 + 0.5);
    const high = x - n * 0.693359375;
    const r = high + n * 0.00021219444;
    let p = 0.00019875691500;
    p = p * r + 0.0013981999507;
    p = p * r + 0.0083334519073;
    p = p * r + 0.041665795894;
    p = p * r + 0.16666665459;
    p = p * r + 0.50000001201;
    let y = p * r * r + r + 1.0;
    let halvings = -n;
    if (halvings >= 64.0) {
      y = y * 5.421010862427522e-20;
      halvings = halvings - 64.0;
    }
    if (halvings >= 32.0) {
      y = y * 2.3283064365386963e-10;
      halvings = halvings - 32.0;
    }
    if (halvings >= 16.0) {
      y = y * 0.0000152587890625;
      halvings = halvings - 16.0;
    }
    if (halvings >= 8.0) {
      y = y * 0.00390625;
      halvings = halvings - 8.0;
    }
    if (halvings >= 4.0) {
      y = y * 0.0625;
      halvings = halvings - 4.0;
    }
    if (halvings >= 2.0) {
      y = y * 0.25;
      halvings = halvings - 2.0;
    }
    if (halvings >= 1.0) {
      y = y * 0.5;
    }
    return y;
  }`,
};

/**
 * log(1 + s) for s ≥ 0, relative error below 5e-7 however small s is.
 * 1 + s = 2^k (1 + t), 0 ≤ t ≤ 1 (k = 0 and t = s where s ≤ 1); log(1 + t) = 2 artanh(t / (2 + t)) as a series.
 */
export const LOG_ONE_PLUS: HelperFunction = {
  argument: 's',
  source: `function logOnePlus(s) {
    let t = s;
    let doublings = 0.0;
    if (s > 1.0) {
      let y = 1.0 + s;
      if (y >= 18446744073709551616.0) {
        y = y * 5.421010862427522e-20;
        doublings = doublings + 64.0;
      }
      if (y >= 4294967296.0) {
        y = y * 2.3283064365386963e-10;
        doublings = doublings + 32.0;
      }
      if (y >= 65536.0) {
        y = y * 0.0000152587890625;
        doublings = doublings + 16.0;
      }
      if (y >= 256.0) {
        y = y * 0.00390625;
        doublings = doublings + 8.0;
      }
      if (y >= 16.0) {
        y = y * 0.0625;
        doublings = doublings + 4.0;
      }
      if (y >= 4.0) {
        y = y * 0.25;
        doublings = doublings + 2.0;
      }
      if (y >= 2.0) {
        y = y * 0.5;
        doublings = doublings + 1.0;
      }
      t = y - 1.0;
    }
    const z = t / (2.0 + t);
    const q = z * z;
    let p = 0.06666666666666667;
    p = p * q + 0.07692307692307693;
    p = p * q + 0.09090909090909091;
    p = p * q + 0.1111111111111111;
    p = p * q + 0.14285714285714285;
    p = p * q + 0.2;
    p = p * q + 0.3333333333333333;
    p = p * q + 1.0;
    return doublings * 0.6931471805599453 + 2.0 * z * p;
  }`,
};

/**
 * Φ(−a)·e^{a²/2} for a ≥ 0, Φ the normal distribution function, as t·P(t) with t = 1/(1 + 0.32a): a minimax fit,
 * relative error 3e-8 in exact arithmetic, below 4e-7 in float32.
 */
export const NORMAL_TAIL_RATIO: HelperFunction = {
  argument: 'a',
  source: `function normalTailRatio(a) {
    const t = 1.0 / (1.0 + 0.32 * a);
    let p = -0.021078072074435492;
    p = p * t + 0.09540686598137742;
    p = p * t - 0.14670679535338074;
    p = p * t + 0.06532741513234891;
    p = p * t - 0.009377235116980527;
    p = p * t + 0.05865384954463027;
    p = p * t + 0.08782912512317326;
    p = p * t + 0.11462235522391537;
    p = p * t + 0.1276609468441329;
    p = p * t + 0.12766152873655065;
    return p * t;
  }`,
};

/**
 * tanh x, relative error below 3e-7 however small x is. Near 0, where 1 − 2e/(1 + e) would lose digits, x + x³·P(x²).
 * Source of P: Cephes tanhf (Moshier).
 */
export const HYPERBOLIC_TANGENT: HelperFunction = {
  argument: 'x',
  source: `function hyperbolicTangent(x) {
    const a = Math.abs(x);
    if (a < 0.625) {
      const z = x * x;
      let p = -0.00570498872745;
      p = p * z + 0.0206390887954;
      p = p * z - 0.0537397155531;
      p = p * z + 0.133314422036;
      p = p * z - 0.333332819422;
      return p * z * x + x;
    }
    const e = expOfNegative(-2.0 * a);
    const y = 1.0 - (e + e) / (1.0 + e);
    return x < 0.0 ? -y : y;
  }`,
};

/** 1/cosh² x as 4e/(1 + e)², e = e^{−2|x|}: relative error below 1e-6 where it is not 0, past |x| = 43. */
export const HYPERBOLIC_TANGENT_SLOPE: HelperFunction = {
  argument: 'x',
  source: `function hyperbolicTangentSlope(x) {
    const e = expOfNegative(-2.0 * Math.abs(x));
    const above = 1.0 + e;
    return 4.0 * e / (above * above);
  }`,
};

export const HELPER_FUNCTIONS: readonly HelperFunction[] = [
  EXP_OF_NEGATIVE,
  LOG_ONE_PLUS,
  NORMAL_TAIL_RATIO,
  HYPERBOLIC_TANGENT,
  HYPERBOLIC_TANGENT_SLOPE,
];
