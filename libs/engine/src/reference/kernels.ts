// The meaning of every op: plain loops in float64. Every other engine is checked against these. Not for speed.
// Comments give shapes; all arrays are dense and row-major; `out` is written unless the comment says that it adds.

/** A number array the reference engine computes with: float64 values, or i32 indices. */
export type Cells = Float64Array | Int32Array;

/** out (M,N) = op(a)·op(b), inner size K; op transposes if its flag is set. */
export function matmul(
  out: Float64Array,
  a: Cells,
  b: Cells,
  {
    m,
    n,
    k,
    transposeA,
    transposeB,
  }: { m: number; n: number; k: number; transposeA: boolean; transposeB: boolean },
): void {
  const [rowOfA, columnOfA] = transposeA ? [1, m] : [k, 1];
  const [rowOfB, columnOfB] = transposeB ? [1, k] : [n, 1];
  out.fill(0);
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) {
      const x = a[i * rowOfA + l * columnOfA];
      for (let j = 0; j < n; j++) out[i * n + j] += x * b[l * rowOfB + j * columnOfB];
    }
}

/** out (N,D): row i is row index[i] of table (V,D). */
export function gather(out: Float64Array, table: Cells, index: Cells, d: number): void {
  for (let i = 0; i < index.length; i++) for (let c = 0; c < d; c++) out[i * d + c] = table[index[i] * d + c];
}

/** out (V,D): row v is the sum of the rows i of x (N,D) with index[i] = v. */
export function scatterAdd(out: Float64Array, x: Cells, index: Cells, d: number): void {
  out.fill(0);
  for (let i = 0; i < index.length; i++) for (let c = 0; c < d; c++) out[index[i] * d + c] += x[i * d + c];
}

/** Sizes of the attention kernels: B examples, Tq queries and Tk keys each, H heads of width dH. */
export interface AttentionLoop {
  readonly b: number;
  readonly tq: number;
  readonly tk: number;
  readonly h: number;
  readonly dh: number;
}

/** Calls visit for each example, query, head and key with the places of its weight, query-row head and key-row head. */
function eachWeight(
  { b, tq, tk, h, dh }: AttentionLoop,
  visit: (weight: number, query: number, key: number) => void,
): void {
  for (let e = 0; e < b; e++)
    for (let q = 0; q < tq; q++)
      for (let head = 0; head < h; head++)
        for (let k = 0; k < tk; k++) {
          const [row, column] = [e * tq + q, e * tk + k];
          visit((row * h + head) * tk + k, (row * h + head) * dh, (column * h + head) * dh);
        }
}

/** out (B·Tq, H·Tk) = scale · q·k of each head; q (B·Tq, H·dH), k (B·Tk, H·dH). */
export function attentionScores(
  out: Float64Array,
  q: Cells,
  k: Cells,
  loop: AttentionLoop,
  scale: number,
): void {
  eachWeight(loop, (weight, query, key) => {
    let sum = 0;
    for (let c = 0; c < loop.dh; c++) sum += q[query + c] * k[key + c];
    out[weight] = scale * sum;
  });
}

/** out (B·Tq, H·dH) = Σ_k a·v; a (B·Tq, H·Tk), v (B·Tk, H·dH). */
export function attentionValues(out: Float64Array, a: Cells, v: Cells, loop: AttentionLoop): void {
  out.fill(0);
  eachWeight(loop, (weight, query, key) => {
    for (let c = 0; c < loop.dh; c++) out[query + c] += a[weight] * v[key + c];
  });
}

/** out (B·Tk, H·dH) = Σ_q a·x; a (B·Tq, H·Tk), x (B·Tq, H·dH). */
export function attentionValuesTransposed(out: Float64Array, a: Cells, x: Cells, loop: AttentionLoop): void {
  out.fill(0);
  eachWeight(loop, (weight, query, key) => {
    for (let c = 0; c < loop.dh; c++) out[key + c] += a[weight] * x[query + c];
  });
}

/** out (R, H·Tk): softmax of s over keys 0..lastKey[r] of each head, 0 beyond. */
export function attentionSoftmax(out: Float64Array, s: Cells, lastKey: Cells, h: number, tk: number): void {
  out.fill(0);
  for (let group = 0; group < s.length / tk; group++) {
    const first = group * tk;
    const last = first + lastKey[Math.floor(group / h)];
    let max = -Infinity;
    for (let i = first; i <= last; i++) max = Math.max(max, s[i]);
    let sum = 0;
    for (let i = first; i <= last; i++) sum += out[i] = Math.exp(s[i] - max);
    for (let i = first; i <= last; i++) out[i] /= sum;
  }
}

/** out (R, H·Tk) = y·(dy − Σ_k dy·y) within each group of tk. */
export function attentionSoftmaxGradient(out: Float64Array, dy: Cells, y: Cells, tk: number): void {
  for (let first = 0; first < y.length; first += tk) {
    let dot = 0;
    for (let i = first; i < first + tk; i++) dot += dy[i] * y[i];
    for (let i = first; i < first + tk; i++) out[i] = y[i] * (dy[i] - dot);
  }
}
