import type { Kernel } from '../kernel.js';

/** out (U,H·D), block h = x_h·w_h; x (U,H·K), w (H·K,D). With transposeB x (U,H·D), out (U,H·K), block h = x_h·w_hᵀ. */
export const headMatmul: Kernel<'headMatmul'> = ({
  out,
  operands: [x, w],
  attributes: { nHeads, transposeB },
  shape: [u],
  width,
}) => {
  const d = width(1);
  const k = w.length / d / nHeads;
  const [inner, columns] = transposeB ? [d, k] : [k, d];
  for (let row = 0; row < u; row++)
    for (let head = 0; head < nHeads; head++)
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let i = 0; i < inner; i++) {
          const weight = transposeB ? w[(head * k + c) * d + i] : w[(head * k + i) * d + c];
          sum += x[(row * nHeads + head) * inner + i] * weight;
        }
        out[(row * nHeads + head) * columns + c] = sum;
      }
};

/** out (H·K,D), row block h = x_hᵀ·y_h; x (U,H·K), y (U,H·D). */
export const headMatmulWeights: Kernel<'headMatmulWeights'> = ({
  out,
  operands: [x, y],
  attributes: { nHeads },
  width,
}) => {
  const [k, d] = [width(0) / nHeads, width(1) / nHeads];
  const u = x.length / width(0);
  for (let head = 0; head < nHeads; head++)
    for (let i = 0; i < k; i++)
      for (let c = 0; c < d; c++) {
        let sum = 0;
        for (let row = 0; row < u; row++)
          sum += x[(row * nHeads + head) * k + i] * y[(row * nHeads + head) * d + c];
        out[(head * k + i) * d + c] = sum;
      }
};
