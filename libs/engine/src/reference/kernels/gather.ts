import { fillWith, type Kernel } from '../kernel.js';

/** out (N,D): row i is row index[i] of table (V,D). */
export const gather: Kernel<'gather'> = ({ out, operands: [table, index], width }) => {
  const d = width(0);
  for (let i = 0; i < index.length; i++) for (let c = 0; c < d; c++) out[i * d + c] = table[index[i] * d + c];
};

/** out (V,D): row v is the sum of the rows i of x (N,D) with index[i] = v. */
export const scatterAdd: Kernel<'scatterAdd'> = ({ out, operands: [x, index], width }) => {
  const d = width(0);
  out.fill(0);
  for (let i = 0; i < index.length; i++) for (let c = 0; c < d; c++) out[index[i] * d + c] += x[i * d + c];
};

/** out (B·S) = floor(i/S)·nRows + place[i] with S = nSelected. */
export const rowsWithin: Kernel<'rowsWithin'> = ({
  out,
  operands: [place],
  attributes: { nSelected, nRows },
}) => fillWith(out, (i) => Math.floor(i / nSelected) * nRows + place[i]);
