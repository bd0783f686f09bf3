import type { AttentionSizes } from '@grokscope/graph';
import type { Kernel } from '../kernel.js';

// B examples, Tq = nQueries, Tk = nKeys, H = nHeads, dH = width of one head.

/**
 * Calls `visit` for each example, query, head and key with the positions of its weight, of the query's row and of the
 * key's row.
 */
function eachWeight(
  { nHeads, nQueries, nKeys }: AttentionSizes,
  examples: number,
  dHead: number,
  visit: (weight: number, query: number, key: number) => void,
): void {
  for (let e = 0; e < examples; e++)
    for (let q = 0; q < nQueries; q++)
      for (let head = 0; head < nHeads; head++)
        for (let k = 0; k < nKeys; k++) {
          const [row, column] = [e * nQueries + q, e * nKeys + k];
          const [query, key] = [row * nHeads + head, column * nHeads + head];
          visit(query * nKeys + k, query * dHead, key * dHead);
        }
}

/** out (B·Tq, H·Tk) = scale · q·k of each head; q (B·Tq, H·dH), k (B·Tk, H·dH). */
export const attentionScores: Kernel<'attentionScores'> = ({
  out,
  operands: [q, k],
  attributes: { scale, ...sizes },
  shape,
  width,
}) => {
  const dHead = width(0) / sizes.nHeads;
  eachWeight(sizes, shape[0] / sizes.nQueries, dHead, (weight, query, key) => {
    let sum = 0;
    for (let c = 0; c < dHead; c++) sum += q[query + c] * k[key + c];
    out[weight] = scale * sum;
  });
};

/** out (B·Tq, H·dH) = Σ_k a·v; a (B·Tq, H·Tk), v (B·Tk, H·dH). */
export const attentionValues: Kernel<'attentionValues'> = ({
  out,
  operands: [a, v],
  attributes: sizes,
  shape,
  width,
}) => {
  const dHead = width(1) / sizes.nHeads;
  out.fill(0);
  eachWeight(sizes, shape[0] / sizes.nQueries, dHead, (weight, query, key) => {
    for (let c = 0; c < dHead; c++) out[query + c] += a[weight] * v[key + c];
  });
};

/** out (B·Tk, H·dH) = Σ_q a·x; a (B·Tq, H·Tk), x (B·Tq, H·dH). */
export const attentionValuesTransposed: Kernel<'attentionValuesTransposed'> = ({
  out,
  operands: [a, x],
  attributes: sizes,
  shape,
  width,
}) => {
  const dHead = width(1) / sizes.nHeads;
  out.fill(0);
  eachWeight(sizes, shape[0] / sizes.nKeys, dHead, (weight, query, key) => {
    for (let c = 0; c < dHead; c++) out[key + c] += a[weight] * x[query + c];
  });
};

/** out (R, H·Tk): softmax of s over keys 0..lastKey[r] of each head, 0 beyond. */
export const attentionSoftmax: Kernel<'attentionSoftmax'> = ({
  out,
  operands: [s, lastKey],
  attributes: { nHeads },
  width,
}) => {
  const nKeys = width(0) / nHeads;
  out.fill(0);
  for (let group = 0; group < s.length / nKeys; group++) {
    const first = group * nKeys;
    const last = first + lastKey[Math.floor(group / nHeads)];
    let max = -Infinity;
    for (let i = first; i <= last; i++) max = Math.max(max, s[i]);
    let sum = 0;
    for (let i = first; i <= last; i++) sum += out[i] = Math.exp(s[i] - max);
    for (let i = first; i <= last; i++) out[i] /= sum;
  }
};

/** out (R, H·Tk) = y·(dy − Σ_k dy·y) for each row and head. */
export const attentionSoftmaxGradient: Kernel<'attentionSoftmaxGradient'> = ({
  out,
  operands: [dy, y],
  attributes: { nHeads },
  width,
}) => {
  const nKeys = width(0) / nHeads;
  for (let first = 0; first < y.length; first += nKeys) {
    let dot = 0;
    for (let i = first; i < first + nKeys; i++) dot += dy[i] * y[i];
    for (let i = first; i < first + nKeys; i++) out[i] = y[i] * (dy[i] - dot);
  }
};
