import { fillWith, type Kernel } from '../kernel.js';

/** out = max(x, 0). */
export const relu: Kernel<'relu'> = ({ out, operands: [x] }) => fillWith(out, (i) => Math.max(x[i], 0));

/** out = dy where y > 0, else 0. */
export const reluGradient: Kernel<'reluGradient'> = ({ out, operands: [dy, y] }) =>
  fillWith(out, (i) => (y[i] > 0 ? dy[i] : 0));
