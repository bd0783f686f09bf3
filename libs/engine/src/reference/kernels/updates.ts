import type { Kernel } from '../kernel.js';

/**
 * One AdamW step on w, m, v in place; hyper as the op's record has it.
 * Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization (arXiv:1711.05101), Algorithm 2.
 */
export const adamW: Kernel<'adamW'> = ({ operands: [w, g, m, v, hyper] }) => {
  const [decay, rate, beta1, rest1, beta2, rest2, correction, eps] = hyper;
  for (let i = 0; i < w.length; i++) {
    m[i] = beta1 * m[i] + rest1 * g[i];
    v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
    w[i] -= decay * w[i] + (rate * m[i]) / (Math.sqrt(v[i]) * correction + eps);
  }
};

/** target = value, in place. */
export const assign: Kernel<'assign'> = ({ operands: [target, value] }) => target.set(value);
