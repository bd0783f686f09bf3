import { sum, type Kernel } from '../kernel.js';

/** out () = the mean over all entries of x. */
export const mean: Kernel<'mean'> = ({ out, operands: [x] }) => {
  out[0] = sum(x, (value) => value) / x.length;
};

/** out () = Σ x². */
export const sumSquares: Kernel<'sumSquares'> = ({ out, operands: [x] }) => {
  out[0] = sum(x, (value) => value * value);
};

/** out = factor · s in every entry. */
export const fill: Kernel<'fill'> = ({ out, operands: [s], attributes: { factor } }) => {
  out.fill(factor * s[0]);
};
