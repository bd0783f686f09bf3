import type { AttentionLoop, Cells } from './kernels.js';

// Attention over tables: values and scores are rows of a small table, found by index. float64, plain loops.

/** out (U,H·D), block h = x_h·w_h; x (U,H·K), w (H·K,D). With transposeB x (U,H·D), out (U,H·K), block h = x_h·w_hᵀ. */
export function headMatmul(
  out: Float64Array,
  x: Cells,
  w: Cells,
  { u, h, k, d, transposeB }: { u: number; h: number; k: number; d: number; transposeB: boolean },
): void {
  const [inner, width] = transposeB ? [d, k] : [k, d];
  for (let row = 0; row < u; row++)
    for (let head = 0; head < h; head++)
      for (let c = 0; c < width; c++) {
        let sum = 0;
        for (let i = 0; i < inner; i++) {
          const weight = transposeB ? w[(head * k + c) * d + i] : w[(head * k + i) * d + c];
          sum += x[(row * h + head) * inner + i] * weight;
        }
        out[(row * h + head) * width + c] = sum;
      }
}

/** out (H·K,D), row block h = x_hᵀ·y_h; x (U,H·K), y (U,H·D). */
export function headMatmulWeights(
  out: Float64Array,
  x: Cells,
  y: Cells,
  { u, h, k, d }: { u: number; h: number; k: number; d: number },
): void {
  for (let head = 0; head < h; head++)
    for (let i = 0; i < k; i++)
      for (let c = 0; c < d; c++) {
        let sum = 0;
        for (let row = 0; row < u; row++) sum += x[(row * h + head) * k + i] * y[(row * h + head) * d + c];
        out[(head * k + i) * d + c] = sum;
      }
}

/** Calls visit for each query, head and key with the place of its weight, the query's row and the table's row and head. */
function eachWeight(
  { b, tq, tk, h }: AttentionLoop,
  index: Cells,
  visit: (weight: number, query: number, entry: number) => void,
): void {
  for (let e = 0; e < b; e++)
    for (let q = 0; q < tq; q++)
      for (let head = 0; head < h; head++)
        for (let k = 0; k < tk; k++) {
          const row = e * tq + q;
          visit((row * h + head) * tk + k, row, index[e * tk + k] * h + head);
        }
}

/** out (B·Tq,D) = Σ_k Σ_h a·table; a (B·Tq,H·Tk), table (U,H·D), index (B·Tk); D = loop.dh. */
export function tableMix(out: Float64Array, a: Cells, table: Cells, index: Cells, loop: AttentionLoop): void {
  const d = loop.dh;
  out.fill(0);
  eachWeight(loop, index, (weight, query, entry) => {
    for (let c = 0; c < d; c++) out[query * d + c] += a[weight] * table[entry * d + c];
  });
}

/** out (B·Tq,H·Tk) = dy·table of each query, head and key; dy (B·Tq,D), table (U,H·D). */
export function tableMixWeights(
  out: Float64Array,
  dy: Cells,
  table: Cells,
  index: Cells,
  loop: AttentionLoop,
): void {
  const d = loop.dh;
  eachWeight(loop, index, (weight, query, entry) => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += dy[query * d + c] * table[entry * d + c];
    out[weight] = sum;
  });
}

/** out (U,H·D) = Σ over the queries and keys that read a row of a·dy. */
export function tableMixTable(
  out: Float64Array,
  a: Cells,
  dy: Cells,
  index: Cells,
  loop: AttentionLoop,
): void {
  const d = loop.dh;
  out.fill(0);
  eachWeight(loop, index, (weight, query, entry) => {
    for (let c = 0; c < d; c++) out[entry * d + c] += a[weight] * dy[query * d + c];
  });
}

/** Where in a score table (Uq,H·Uk) each weight (B·Tq,H·Tk) is found. */
function eachScore(
  { b, tq, tk, h }: AttentionLoop,
  q: Cells,
  k: Cells,
  keyRows: number,
  visit: (weight: number, entry: number) => void,
): void {
  for (let e = 0; e < b; e++)
    for (let row = e * tq; row < (e + 1) * tq; row++)
      for (let head = 0; head < h; head++)
        for (let key = 0; key < tk; key++)
          visit((row * h + head) * tk + key, (q[row] * h + head) * keyRows + k[e * tk + key]);
}

/** out (B·Tq,H·Tk): s (Uq,H·Uk) at the table rows of each query and key. */
export function gatherScores(
  out: Float64Array,
  s: Cells,
  q: Cells,
  k: Cells,
  { keyRows, ...loop }: AttentionLoop & { readonly keyRows: number },
): void {
  eachScore(loop, q, k, keyRows, (weight, entry) => (out[weight] = s[entry]));
}

/** out (Uq,H·Uk): sums of d (B·Tq,H·Tk) over the queries and keys with those table rows. */
export function scatterScores(
  out: Float64Array,
  d: Cells,
  q: Cells,
  k: Cells,
  { keyRows, ...loop }: AttentionLoop & { readonly keyRows: number },
): void {
  out.fill(0);
  eachScore(loop, q, k, keyRows, (weight, entry) => (out[entry] += d[weight]));
}
