import { fillWith, type Kernel } from '../kernel.js';

/** out = tanh x. */
export const tanh: Kernel<'tanh'> = ({ out, operands: [x] }) => fillWith(out, (i) => Math.tanh(x[i]));

/** out = dy / cosh² x. */
export const tanhGradient: Kernel<'tanhGradient'> = ({ out, operands: [dy, x] }) =>
  fillWith(out, (i) => dy[i] / Math.cosh(x[i]) ** 2);
