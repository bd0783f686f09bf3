import { fillWith, type Kernel } from '../kernel.js';

// Entry by entry: x, y and out have one shape; s is a scalar.

/** out = x + y. */
export const add: Kernel<'add'> = ({ out, operands: [x, y] }) => fillWith(out, (i) => x[i] + y[i]);

/** out = factor · x. */
export const scale: Kernel<'scale'> = ({ out, operands: [x], attributes: { factor } }) =>
  fillWith(out, (i) => factor * x[i]);

/** out = x · y. */
export const multiply: Kernel<'multiply'> = ({ out, operands: [x, y] }) => fillWith(out, (i) => x[i] * y[i]);

/** out = x / y. */
export const divide: Kernel<'divide'> = ({ out, operands: [x, y] }) => fillWith(out, (i) => x[i] / y[i]);

/** out = √x. */
export const squareRoot: Kernel<'squareRoot'> = ({ out, operands: [x] }) =>
  fillWith(out, (i) => Math.sqrt(x[i]));

/** out = s · x. */
export const multiplyScalar: Kernel<'multiplyScalar'> = ({ out, operands: [x, s] }) =>
  fillWith(out, (i) => s[0] * x[i]);
