import type { Reals } from './numbers.js';
import { loadKernels, type Kernels } from './kernels.js';

/*
 * C += A·B in float64: by a small WebAssembly kernel if the runtime has SIMD, otherwise in plain loops. Each entry is
 * one sum in the same order either way, so the bits are the same.
 */

const COLUMNS = 4;
const ROWS = 4;
/** Rows of A copied into the kernel's memory at a time, times k: 2 MB. */
const CHUNK_VALUES = 1 << 18;

/** B [k, n] as panels of four columns, [⌈n/4⌉, k, 4], the last filled up with the zeros it has. */
function pack(panels: Float64Array, B: Reals, k: number, n: number): void {
  for (let t = 0; t < k; t++)
    for (let j = 0; j < n; j++) panels[((j >> 2) * k + t) * COLUMNS + (j & 3)] = B[t * n + j];
}

/**
 * Adds the product A·B to C.
 *
 * @param C [m, n] row-major. @param A [m, k]. @param B [k, n].
 */
export function addProduct(C: Float64Array, A: Reals, B: Reals, m: number, k: number, n: number): void {
  preparedProduct(B, k, n)(C, A, m);
}

/**
 * The product with a fixed B [k, n], for many A: B is packed once. The function adds A·B to C [m, n], A [m, k]; B must
 * not change meanwhile.
 */
export function preparedProduct(
  B: Reals,
  k: number,
  n: number,
): (C: Float64Array, A: Reals, m: number) => void {
  const kernels = loadKernels();
  if (!kernels) return (C, A, m) => addPlainProduct(C, A, B, m, k, n);
  const panels = new Float64Array(Math.ceil(n / COLUMNS) * k * COLUMNS);
  pack(panels, B, k, n);
  return (C, A, m) => addOnKernel(kernels, C, A, panels, m, k, n);
}

/** A·B as a new matrix [m, n]. */
export function product(A: Reals, B: Reals, m: number, k: number, n: number): Float64Array {
  const C = new Float64Array(m * n);
  addProduct(C, A, B, m, k, n);
  return C;
}

function addOnKernel(
  { product: run, places }: Kernels,
  C: Float64Array,
  A: Reals,
  packed: Float64Array,
  m: number,
  k: number,
  n: number,
): void {
  if (k === 0 || n === 0) return;
  const panels = Math.ceil(n / COLUMNS);
  const width = panels * COLUMNS;
  const rows = ROWS * Math.ceil(Math.min(m, Math.max(1, CHUNK_VALUES / Math.max(k, width))) / ROWS);
  const [right, left, out] = places(panels * k * COLUMNS, rows * k, rows * width);
  right.set(packed);
  for (let from = 0; from < m; from += rows) {
    const count = Math.min(rows, m - from);
    left.set(A.subarray(from * k, (from + count) * k));
    run(left.byteOffset, right.byteOffset, out.byteOffset, ROWS * Math.ceil(count / ROWS), k, panels);
    for (let i = 0; i < count; i++) for (let j = 0; j < n; j++) C[(from + i) * n + j] += out[i * width + j];
  }
}

/** The same in plain loops. */
export function addPlainProduct(C: Float64Array, A: Reals, B: Reals, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    const row = new Float64Array(n);
    for (let t = 0; t < k; t++) {
      const a = A[i * k + t];
      for (let j = 0; j < n; j++) row[j] += a * B[t * n + j];
    }
    for (let j = 0; j < n; j++) C[i * n + j] += row[j];
  }
}
