import type { LossTarget, LogitParts } from './ablations.js';
import type { PairNetwork } from './pair-network.js';

/** The contribution of each part to the wanted logit relative to the mean of all logits, averaged over the pairs. */
export interface LogitAttribution {
  /** "=" itself: its embedding and position. */
  readonly embedding: number;
  /** By head, on its direct way to the logits. */
  readonly heads: readonly number[];
  /** Neurons and b_out; absent without an MLP. */
  readonly mlp?: number;
  /** The total: the mean margin of the wanted logit over its row's mean. */
  readonly total: number;
}

/**
 * Direct logit attribution: the wanted logit minus the row's mean is a sum over the parts that write to the residual
 * stream (there is no layer normalisation, so the sum is exact).
 *
 * Source: TransformerLens, "direct logit attribution"; deviation: against the mean of all logits.
 */
export function logitAttribution(
  net: PairNetwork,
  { mlp }: Pick<LogitParts, 'mlp'>,
  { label }: Pick<LossTarget, 'label'>,
): LogitAttribution {
  const { nFirst, nSecond, nOut } = net;
  const rows = nFirst * nSecond;
  const meanOver = (value: (row: number) => number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += value(row);
    return sum / rows;
  };
  const base = aboveMean(net.logitBase, nOut);
  const embedding = meanOver((row) => base[label[row]]);
  const heads = net.heads.map(({ pattern, toLogits }) => {
    const [first, second, last] = toLogits.map((table) => aboveMean(table, nOut));
    return meanOver(
      (row) =>
        pattern[3 * row] * first[Math.floor(row / nSecond) * nOut + label[row]] +
        pattern[3 * row + 1] * second[(row % nSecond) * nOut + label[row]] +
        pattern[3 * row + 2] * last[label[row]],
    );
  });
  const bias = aboveMean(net.biasBase, nOut);
  const fromNeurons = aboveMean(mlp, nOut);
  const mlpPart = meanOver((row) => fromNeurons[row * nOut + label[row]] + bias[label[row]]);
  const total = heads.reduce((sum, x) => sum + x, embedding + mlpPart);
  return { embedding, heads, ...(net.dMlp > 0 ? { mlp: mlpPart } : {}), total };
}

/** X [rows, width] with each row's mean subtracted. */
function aboveMean(X: Float64Array, width: number): Float64Array {
  const out = Float64Array.from(X);
  for (let from = 0; from < X.length; from += width) {
    let mean = 0;
    for (let c = 0; c < width; c++) mean += X[from + c] / width;
    for (let c = 0; c < width; c++) out[from + c] -= mean;
  }
  return out;
}
