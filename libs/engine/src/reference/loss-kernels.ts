import type { Cells } from './kernels.js';

// Losses over logits (N,V) with labels (N), and sums over whole tensors. float64, plain loops.

/**
 * out (N): −log softmax(logits)[label]. With d_i = l_i − l_y and m = max(0, max d_i) it is log1p(Σ_{i≠y} e^{d_i})
 * for m = 0, else m + log(e^{−m} + Σ_{i≠y} e^{d_i − m}): no floor at the precision of 1, no overflow past 88.
 */
export function crossEntropy(out: Float64Array, logits: Cells, labels: Cells, v: number): void {
  for (let n = 0; n < labels.length; n++) {
    const row = n * v;
    const own = logits[row + labels[n]];
    let m = 0;
    for (let i = 0; i < v; i++) m = Math.max(m, logits[row + i] - own);
    let others = 0;
    for (let i = 0; i < v; i++) if (i !== labels[n]) others += Math.exp(logits[row + i] - own - m);
    out[n] = m === 0 ? Math.log1p(others) : m + Math.log(Math.exp(-m) + others);
  }
}

/** out (N,V) = dLoss·(softmax − onehot); the label's entry is −Σ of the others, exact where softmax is near 1. */
export function crossEntropyGradient(
  out: Float64Array,
  logits: Cells,
  labels: Cells,
  dLoss: Cells,
  v: number,
): void {
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
}

/** The s(x) of StableMax: x + 1 for x ≥ 0, 1/(1 − x) below. Its slope is s(x)/(1 + |x|). */
const stable = (x: number): number => (x >= 0 ? x + 1 : 1 / (1 - x));

/** Σ s(l_i) over a row from `row` of v logits but the one at `label`. */
function stableOthers(logits: Cells, row: number, v: number, label: number): number {
  let others = 0;
  for (let i = 0; i < v; i++) if (i !== label) others += stable(logits[row + i]);
  return others;
}

/**
 * out (N) = −log(s(l_y)/Σ s(l_i)) = log1p(Σ_{i≠y} s(l_i) / s(l_y)), which has no floor at the precision of 1.
 * Source: Prieto et al., Grokking at the Edge of Numerical Stability (arXiv:2501.04697), §4.1.
 */
export function stableMaxCrossEntropy(out: Float64Array, logits: Cells, labels: Cells, v: number): void {
  for (let n = 0; n < labels.length; n++) {
    const own = stable(logits[n * v + labels[n]]);
    out[n] = Math.log1p(stableOthers(logits, n * v, v, labels[n]) / own);
  }
}

/** out (N,V) = dLoss·s_i/(Σ s · (1 + |l_i|)); at the label −Σ of the others stands in place of s_i. */
export function stableMaxCrossEntropyGradient(
  out: Float64Array,
  logits: Cells,
  labels: Cells,
  dLoss: Cells,
  v: number,
): void {
  for (let n = 0; n < labels.length; n++) {
    const row = n * v;
    const others = stableOthers(logits, row, v, labels[n]);
    const factor = dLoss[n] / (others + stable(logits[row + labels[n]]));
    for (let i = 0; i < v; i++) {
      const numerator = i === labels[n] ? -others : stable(logits[row + i]);
      out[row + i] = (numerator / (1 + Math.abs(logits[row + i]))) * factor;
    }
  }
}

/** out (N): 1 where the label's logit is the largest, and no earlier one equals it, else 0. */
export function isCorrect(out: Float64Array, logits: Cells, labels: Cells, v: number): void {
  for (let n = 0; n < labels.length; n++) {
    let best = 0;
    for (let i = 1; i < v; i++) if (logits[n * v + i] > logits[n * v + best]) best = i;
    out[n] = best === labels[n] ? 1 : 0;
  }
}

/** Σ term(x). */
export function sum(x: Cells, term: (value: number) => number): number {
  let total = 0;
  for (const value of x) total += term(value);
  return total;
}

/** out (D) = Σ over the rows of x (N,D). */
export function sumRows(out: Float64Array, x: Cells): void {
  out.fill(0);
  for (let i = 0; i < x.length; i++) out[i % out.length] += x[i];
}

/**
 * One AdamW step on w, m, v in place; hyper as in `OpAttributes.adamW`.
 * Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization (arXiv:1711.05101), Algorithm 2.
 */
export function adamW(w: Float64Array, g: Cells, m: Float64Array, v: Float64Array, hyper: Cells): void {
  const [decay, rate, beta1, rest1, beta2, rest2, correction, eps] = hyper;
  for (let i = 0; i < w.length; i++) {
    m[i] = beta1 * m[i] + rest1 * g[i];
    v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
    w[i] -= decay * w[i] + (rate * m[i]) / (Math.sqrt(v[i]) * correction + eps);
  }
}
