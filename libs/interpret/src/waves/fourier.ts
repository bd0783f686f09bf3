/**
 * The orthonormal Fourier basis F over the numbers 0 … p−1.
 *
 * @returns [p, p] float64, row-major: row 0 = 1/√p; rows 2k−1 and 2k = cos and sin of 2πkx/p, each of unit
 * norm, k = 1 … (p−1)/2. For an even p the last row is the alternating one, (−1)^x/√p.
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 4.
 */
export const fourierBasis = (p: number): Float64Array => {
  const basis = new Float64Array(p * p);
  basis.fill(1 / Math.sqrt(p), 0, p);
  for (let row = 1; row < p; row += 1) {
    const k = Math.ceil(row / 2);
    const unit = 2 * k === p ? Math.sqrt(1 / p) : Math.sqrt(2 / p);
    for (let x = 0; x < p; x += 1) {
      // k·x is reduced before it becomes an angle: cosines of small angles keep the rows orthogonal to the last bits.
      const angle = (2 * Math.PI * ((k * x) % p)) / p;
      basis[row * p + x] = unit * (row % 2 === 1 ? Math.cos(angle) : Math.sin(angle));
    }
  }
  return basis;
};

let known: { readonly p: number; readonly basis: Float64Array } | null = null;

/** The Fourier basis, shared by all callers of the same order: not to be written to. */
export const sharedFourierBasis = (p: number): Float64Array => {
  if (known?.p !== p) known = { p, basis: fourierBasis(p) };
  return known.basis;
};

/** How strongly each wave is present in an embedding. */
export interface EmbeddingSpectrum {
  /** [p] norms over dModel: index 0 the constant, 2k−1 the cosine and 2k the sine of frequency k. */
  readonly component: Float64Array;
  /** [(p−1)/2] norms of cosine and sine together, √(cos² + sin²), at index k−1. */
  readonly byFrequency: Float64Array;
}

type Reals = Float32Array | Float64Array;

/** Row `row` of F · W_E[0..p−1], [dModel]. */
const fourierRow = (
  basis: Float64Array,
  W_E: Reals,
  p: number,
  dModel: number,
  row: number,
): Float64Array => {
  const out = new Float64Array(dModel);
  for (let x = 0; x < p; x += 1) {
    const f = basis[row * p + x] ?? 0;
    for (let d = 0; d < dModel; d += 1) out[d] = (out[d] ?? 0) + f * (W_E[x * dModel + d] ?? 0);
  }
  return out;
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

/**
 * The embedding spectrum: the norm over dModel of each Fourier component of the first p rows of W_E.
 *
 * @param W_E [≥ p, dModel] row-major; rows from p on ("=") are not read.
 * Source: progress-measures-paper, `helpers.py`.
 */
export const embeddingSpectrum = (W_E: Reals, p: number, dModel: number): EmbeddingSpectrum => {
  const basis = fourierBasis(p);
  const component = Float64Array.from({ length: p }, (_, row) => {
    const coefficients = fourierRow(basis, W_E, p, dModel, row);
    return Math.sqrt(dot(coefficients, coefficients));
  });
  const byFrequency = Float64Array.from({ length: Math.floor((p - 1) / 2) }, (_, i) =>
    Math.hypot(component[2 * i + 1] ?? 0, component[2 * i + 2] ?? 0),
  );
  return { component, byFrequency };
};

/** The position of each number's embedding in the plane of one frequency; both [p]. */
export interface FrequencyPlane {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const scaleToUnit = (v: Float64Array): Float64Array => {
  const norm = Math.sqrt(dot(v, v));
  return norm > 0 ? v.map((value) => value / norm) : v;
};

/**
 * The embedding of each number projected on the plane which the cosine and sine components of frequency k
 * span in the residual stream: x = ⟨W_E[n], û⟩, y = ⟨W_E[n], v̂⟩, û along the cosine component F[2k−1]·W_E
 * and v̂ along the part of the sine component F[2k]·W_E at right angles to û. In units of the weights.
 *
 * @param W_E [≥ p, dModel] row-major. @param k 1 … (p−1)/2.
 */
export const frequencyPlane = (W_E: Reals, p: number, dModel: number, k: number): FrequencyPlane => {
  const basis = sharedFourierBasis(p);
  const u = scaleToUnit(fourierRow(basis, W_E, p, dModel, 2 * k - 1));
  const sine = fourierRow(basis, W_E, p, dModel, 2 * k);
  const along = dot(sine, u);
  const v = scaleToUnit(sine.map((value, d) => value - along * (u[d] ?? 0)));
  const onto = (axis: Float64Array): Float64Array =>
    Float64Array.from({ length: p }, (_, n) => {
      let sum = 0;
      for (let d = 0; d < dModel; d += 1) sum += (W_E[n * dModel + d] ?? 0) * (axis[d] ?? 0);
      return sum;
    });
  return { x: onto(u), y: onto(v) };
};

/**
 * The n frequencies (counted from 1) with the largest norms, strongest first; of equal ones the lower frequency first.
 */
export const strongestFrequencies = (byFrequency: ArrayLike<number>, n: number): number[] =>
  Array.from({ length: byFrequency.length }, (_, i) => i + 1)
    .sort((a, b) => (byFrequency[b - 1] ?? 0) - (byFrequency[a - 1] ?? 0) || a - b)
    .slice(0, n);
