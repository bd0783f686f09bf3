import type { Kernel } from '../kernel.js';
import { productKernel } from './product.js';

/** a and b in any transposition; may be followed by an addend, a bias, a relu and a mask. */
export const matmul: Kernel<'matmul'> = productKernel(({ attributes, shape: [m, n], operands: [a, b] }) => ({
  ...{ m, n, k: a[attributes.transposeA ? 0 : 1] },
  ...attributes,
  heads: 1,
  rows: [a[1], b[1], n],
  headSteps: [0, 0, 0],
}));
