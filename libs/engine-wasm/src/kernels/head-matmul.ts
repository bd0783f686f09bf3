import type { Kernel } from '../kernel.js';
import { productKernel } from './product.js';

/** x (U, H·inner), w (H·K, D), the result (U, H·n): heads side by side in x and the result, stacked in w. */
export const headMatmul: Kernel<'headMatmul'> = productKernel(
  ({ attributes: { nHeads: heads, transposeB }, shape: [m, width], operands: [x, w] }) => {
    const [n, k] = [width / heads, x[1] / heads];
    return {
      ...{ m, n, k, heads },
      transposeA: false,
      transposeB,
      rows: [x[1], w[1], width],
      headSteps: [k, (w[0] / heads) * w[1], n],
    };
  },
);

/** x (U, H·K), y (U, H·D), the result (H·K, D). */
export const headMatmulWeights: Kernel<'headMatmulWeights'> = productKernel(
  ({ attributes: { nHeads: heads }, shape: [, width], operands: [x, y] }) => {
    const [m, n] = [x[1] / heads, y[1] / heads];
    return {
      ...{ m, n, k: x[0], heads },
      transposeA: true,
      transposeB: false,
      rows: [x[1], y[1], width],
      headSteps: [m, n, m * n],
    };
  },
);
