import { meanOf, type Kernel } from '../kernel.js';

// RMS normalisation of each row of x (N,D).

/** out (N,D) = x/√(mean(x²) + eps). */
export const rmsNormalizeRows: Kernel<'rmsNormalizeRows'> = ({
  out,
  operands: [x],
  attributes: { eps },
  width,
}) => {
  const d = width(0);
  for (let row = 0; row < x.length; row += d) {
    const scale = Math.sqrt(meanOf(row, d, (i) => x[i] ** 2) + eps);
    for (let i = row; i < row + d; i++) out[i] = x[i] / scale;
  }
};

/** dy (N,D), x (N,D) → out (N,D) = (dy − y·mean(dy·y))/scale with y and scale as in `rmsNormalizeRows`. */
export const rmsNormalizeRowsGradient: Kernel<'rmsNormalizeRowsGradient'> = ({
  out,
  operands: [dy, x],
  attributes: { eps },
  width,
}) => {
  const d = width(0);
  for (let row = 0; row < x.length; row += d) {
    const scale = Math.sqrt(meanOf(row, d, (i) => x[i] ** 2) + eps);
    const along = meanOf(row, d, (i) => (dy[i] * x[i]) / scale);
    for (let i = row; i < row + d; i++) out[i] = (dy[i] - (x[i] / scale) * along) / scale;
  }
};
