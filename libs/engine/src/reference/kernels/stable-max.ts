import type { Cells, Kernel } from '../kernel.js';

// StableMax over logits (N,V) with labels (N).

/** The s(x) of StableMax: x + 1 for x ≥ 0, 1/(1 − x) below. Its slope is s(x)/(1 + |x|). */
const stable = (x: number): number => (x >= 0 ? x + 1 : 1 / (1 - x));

/** Σ s(l_i) over a row of v logits that starts at `row`, except the one at `label`. */
function stableOthers(logits: Cells, row: number, v: number, label: number): number {
  let others = 0;
  for (let i = 0; i < v; i++) if (i !== label) others += stable(logits[row + i]);
  return others;
}

/**
 * out (N) = −log(s(l_y)/Σ s(l_i)) = log1p(Σ_{i≠y} s(l_i) / s(l_y)), which has no floor at the precision of 1.
 * Source: Prieto et al., Grokking at the Edge of Numerical Stability (arXiv:2501.04697), §4.1.
 */
export const stableMaxCrossEntropy: Kernel<'stableMaxCrossEntropy'> = ({
  out,
  operands: [logits, labels],
  width,
}) => {
  const v = width(0);
  for (let n = 0; n < labels.length; n++) {
    const own = stable(logits[n * v + labels[n]]);
    out[n] = Math.log1p(stableOthers(logits, n * v, v, labels[n]) / own);
  }
};

/** out (N,V) = dLoss·s_i/(Σ s · (1 + |l_i|)); at the label, −Σ of the others replaces s_i. */
export const stableMaxCrossEntropyGradient: Kernel<'stableMaxCrossEntropyGradient'> = ({
  out,
  operands: [logits, labels, dLoss],
  width,
}) => {
  const v = width(0);
  for (let n = 0; n < labels.length; n++) {
    const row = n * v;
    const others = stableOthers(logits, row, v, labels[n]);
    const factor = dLoss[n] / (others + stable(logits[row + labels[n]]));
    for (let i = 0; i < v; i++) {
      const numerator = i === labels[n] ? -others : stable(logits[row + i]);
      out[row + i] = (numerator / (1 + Math.abs(logits[row + i]))) * factor;
    }
  }
};
