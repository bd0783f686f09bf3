import type { Reals } from './numbers.js';
import { productBinary } from './product-binary.js';

/*
 * C += A·B in float64: by a small WebAssembly kernel where the runtime has SIMD, else in plain loops. Each entry is one sum,
 * taken in the same order both ways: the same bits.
 */

const COLUMNS = 4;
const ROWS = 4;
/** Rows of A that are copied into the kernel's memory at a time, times k: 2 MB. */
const CHUNK_VALUES = 1 << 18;
const PAGE = 65536;

/** B [k, n] as panels of four columns, [⌈n/4⌉, k, 4], the last filled up with the zeros it has. */
function pack(panels: Float64Array, B: Reals, k: number, n: number): void {
  for (let t = 0; t < k; t++)
    for (let j = 0; j < n; j++) panels[((j >> 2) * k + t) * COLUMNS + (j & 3)] = B[t * n + j];
}

interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** See assembly/product.ts; addresses in bytes. */
  readonly product: (a: number, panels: number, c: number, m: number, k: number, panelCount: number) => void;
}

let kernel: Kernel | null | undefined;

/** The kernel, made at the first call; null where WebAssembly has no SIMD. */
function loadKernel(): Kernel | null {
  if (kernel !== undefined) return kernel;
  const bytes = Uint8Array.from(atob(productBinary), (character) => character.charCodeAt(0));
  kernel = WebAssembly.validate(bytes)
    ? (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Kernel)
    : null;
  return kernel;
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
 * The product with a fixed B [k, n], for many A: B is laid out once. The function adds A·B to C [m, n], A [m, k]; B must
 * not change meanwhile.
 */
export function preparedProduct(
  B: Reals,
  k: number,
  n: number,
): (C: Float64Array, A: Reals, m: number) => void {
  const loaded = loadKernel();
  if (!loaded) return (C, A, m) => addPlainProduct(C, A, B, m, k, n);
  const panels = new Float64Array(Math.ceil(n / COLUMNS) * k * COLUMNS);
  pack(panels, B, k, n);
  return (C, A, m) => addOnKernel(loaded, C, A, panels, m, k, n);
}

/** A·B as a new matrix [m, n]. */
export function product(A: Reals, B: Reals, m: number, k: number, n: number): Float64Array {
  const C = new Float64Array(m * n);
  addProduct(C, A, B, m, k, n);
  return C;
}

function addOnKernel(
  { memory, product: run }: Kernel,
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
  const sizes = [panels * k * COLUMNS, rows * k, rows * width];
  const start = PAGE / 8;
  const end = sizes.reduce((sum, size) => sum + size, start) * 8;
  if (memory.buffer.byteLength < end) memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
  // Views of the memory never leave this function: growing would detach them.
  const view = (at: number, size: number): Float64Array => new Float64Array(memory.buffer, at * 8, size);
  const [atB, atA, atC] = [start, start + sizes[0], start + sizes[0] + sizes[1]];
  view(atB, sizes[0]).set(packed);
  const left = view(atA, sizes[1]);
  const out = view(atC, sizes[2]);
  for (let from = 0; from < m; from += rows) {
    const count = Math.min(rows, m - from);
    left.set(A.subarray(from * k, (from + count) * k));
    run(atA * 8, atB * 8, atC * 8, ROWS * Math.ceil(count / ROWS), k, panels);
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
