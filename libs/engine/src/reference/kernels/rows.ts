import { fillWith, type Kernel } from '../kernel.js';

// A matrix x (N,D) and a row (D).

/** out (N,D) = x · row in each row. */
export const multiplyRow: Kernel<'multiplyRow'> = ({ out, operands: [x, row] }) =>
  fillWith(out, (i) => x[i] * row[i % row.length]);

/** out (N,D) = x + row in each row. */
export const addRow: Kernel<'addRow'> = ({ out, operands: [x, row] }) =>
  fillWith(out, (i) => x[i] + row[i % row.length]);

/** out (D) = Σ over the rows of x. */
export const sumRows: Kernel<'sumRows'> = ({ out, operands: [x] }) => {
  out.fill(0);
  for (let i = 0; i < x.length; i++) out[i % out.length] += x[i];
};
