import { createRandom } from '@grokscope/base';
import { tridiagonalEigenvalues } from '../numerics/symmetric-eigenvalues.js';
import type { Landscape } from './landscape.js';

/** How the largest eigenvalue is looked for. */
export interface HessianOptions {
  /** Products with the Hessian at most. */
  readonly iterations: number;
  /** It has been found when one more product changes it by less than this share. */
  readonly tolerance: number;
  readonly seed: number;
}

/** The largest eigenvalue of the Hessian of the training loss, with how it was found. */
export interface HessianTop {
  readonly top: number;
  /** Products with the Hessian that it took. */
  readonly iterations: number;
  /** The share by which the last product changed it. */
  readonly change: number;
  readonly precision: 'float32' | 'float64';
}

/** How far along a direction gradients are compared: where rounding and curvature of the gradient disturb least. */
const STEP = { float32: 1e-2, float64: 1e-4 } as const;

/**
 * The largest eigenvalue of the Hessian by Lanczos with full reorthogonalization, its products with vectors by central
 * differences of gradients, (∇L(w + δv) − ∇L(w − δv)) ÷ 2δ.
 *
 * Source: Golub and Van Loan, Matrix Computations, 10.1.
 *
 * @param onStep told how many of the products at most are done
 */
export async function largestHessianEigenvalue(
  { at, look, precision }: Landscape,
  { iterations, tolerance, seed }: HessianOptions,
  onStep: (done: number, all: number) => void = () => undefined,
): Promise<HessianTop> {
  const random = createRandom(seed).split('hessian');
  const delta = STEP[precision];
  const times = async (v: Float64Array): Promise<Float64Array> => {
    const ahead = await look(at.map((x, i) => x + delta * v[i]));
    const behind = await look(at.map((x, i) => x - delta * v[i]));
    return ahead.gradient.map((x, i) => (x - behind.gradient[i]) / (2 * delta));
  };
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let v = unit(Float64Array.from(at, () => random.nextNormal()));
  let top = 0;
  let change = Infinity;
  const most = Math.min(iterations, at.length);
  for (let k = 0; k < most && change > tolerance; k++) {
    basis.push(v);
    const w = await times(v);
    diagonal.push(dot(v, w));
    // Twice: what rounding leaves of the earlier directions would come back as copies of the largest eigenvalue.
    for (let pass = 0; pass < 2; pass++)
      for (const u of basis) {
        const along = dot(u, w);
        for (let i = 0; i < w.length; i++) w[i] -= along * u[i];
      }
    const found = tridiagonalEigenvalues(diagonal, beside).at(-1)!;
    change = k === 0 ? Infinity : Math.abs(found - top) / Math.max(Math.abs(found), Number.MIN_VALUE);
    top = found;
    onStep(k + 1, most);
    const size = Math.sqrt(dot(w, w));
    // Nothing is left to look at: the directions so far hold the whole of it.
    if (size <= 1e-10 * Math.abs(top) || size === 0) change = 0;
    beside.push(size);
    v = w.map((x) => x / size);
  }
  return { top, iterations: basis.length, change: Number.isFinite(change) ? change : 0, precision };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function unit(v: Float64Array): Float64Array {
  const size = Math.sqrt(dot(v, v));
  return v.map((x) => x / size);
}
