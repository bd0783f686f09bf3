import type { Kernel } from '../kernel.js';

// Losses over logits (N,V) with labels (N).

/**
 * out (N): −log softmax(logits)[label]. With d_i = l_i − l_y and m = max(0, max d_i) it is log1p(Σ_{i≠y} e^{d_i})
 * for m = 0, else m + log(e^{−m} + Σ_{i≠y} e^{d_i − m}): no floor at the precision of 1, no overflow past 88.
 */
export const crossEntropy: Kernel<'crossEntropy'> = ({ out, operands: [logits, labels], width }) => {
  const v = width(0);
  for (let n = 0; n < labels.length; n++) {
    const row = n * v;
    const own = logits[row + labels[n]];
    let m = 0;
    for (let i = 0; i < v; i++) m = Math.max(m, logits[row + i] - own);
    let others = 0;
    for (let i = 0; i < v; i++) if (i !== labels[n]) others += Math.exp(logits[row + i] - own - m);
    out[n] = m === 0 ? Math.log1p(others) : m + Math.log(Math.exp(-m) + others);
  }
};

/** out (N,V) = dLoss·(softmax − onehot); the label's entry is −Σ of the others, exact where softmax is near 1. */
export const crossEntropyGradient: Kernel<'crossEntropyGradient'> = ({
  out,
  operands: [logits, labels, dLoss],
  width,
}) => {
  const v = width(0);
  for (let n = 0; n < labels.length; n++) {
    const row = n * v;
    let max = -Infinity;
    for (let i = 0; i < v; i++) max = Math.max(max, logits[row + i]);
    let sum = 0;
    for (let i = 0; i < v; i++) sum += out[row + i] = Math.exp(logits[row + i] - max);
    let others = 0;
    for (let i = 0; i < v; i++) {
      out[row + i] *= dLoss[n] / sum;
      if (i !== labels[n]) others += out[row + i];
    }
    out[row + labels[n]] = -others;
  }
};

/** out (N): 1 where the label's logit is the largest, and no earlier one equals it, else 0. */
export const isCorrect: Kernel<'isCorrect'> = ({ out, operands: [logits, labels], width }) => {
  const v = width(0);
  for (let n = 0; n < labels.length; n++) {
    let best = 0;
    for (let i = 1; i < v; i++) if (logits[n * v + i] > logits[n * v + best]) best = i;
    out[n] = best === labels[n] ? 1 : 0;
  }
};
