import { meanOf, type Kernel } from '../kernel.js';

// Normalisation of each row of x (N,D).

/** out (N,D) = (x − mean)/√(variance + eps), the variance being the mean square. */
export const normalizeRows: Kernel<'normalizeRows'> = ({
  out,
  operands: [x],
  attributes: { eps },
  width,
}) => {
  const d = width(0);
  for (let row = 0; row < x.length; row += d) {
    const mean = meanOf(row, d, (i) => x[i]);
    const scale = Math.sqrt(meanOf(row, d, (i) => (x[i] - mean) ** 2) + eps);
    for (let i = row; i < row + d; i++) out[i] = (x[i] - mean) / scale;
  }
};

/** dy (N,D), x (N,D) → out (N,D) = (dy − mean(dy) − y·mean(dy·y))/scale with y and scale as in `normalizeRows`. */
export const normalizeRowsGradient: Kernel<'normalizeRowsGradient'> = ({
  out,
  operands: [dy, x],
  attributes: { eps },
  width,
}) => {
  const d = width(0);
  for (let row = 0; row < x.length; row += d) {
    const mean = meanOf(row, d, (i) => x[i]);
    const scale = Math.sqrt(meanOf(row, d, (i) => (x[i] - mean) ** 2) + eps);
    const y = (i: number): number => (x[i] - mean) / scale;
    const meanGradient = meanOf(row, d, (i) => dy[i]);
    const along = meanOf(row, d, (i) => dy[i] * y(i));
    for (let i = row; i < row + d; i++) out[i] = (dy[i] - meanGradient - y(i) * along) / scale;
  }
};
