import type { Rows, SplitMeans } from './loss.js';
import { lossesWhere, rowLoss, splitMeans } from './loss.js';
import type { PairHead, PairNetwork } from './pair-network.js';
import { addHead, repeated, stretchesOf, throughMlp } from './pair-network.js';

/*
 * Parts of a one-layer network taken out, and the loss that is left. `zero` removes what a part adds, `mean` replaces
 * it by its mean over all pairs.
 */

export type Ablation = 'zero' | 'mean';

/** The logits' two parts over the pairs, each [rows, nOut]. */
export interface LogitParts {
  /** What reaches the logits past the MLP, biases included. */
  readonly direct: Float64Array;
  /** What the MLP adds, without its bias. */
  readonly mlp: Float64Array;
}

/** What a loss is averaged over: labels and the split. */
export interface Wanted extends Rows {
  readonly label: Int32Array;
}

/** [width] the mean over rows. */
export function meanRow(X: Float64Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  const rows = X.length / width;
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < width; c++, at++) mean[c] += X[at] / rows;
  return mean;
}

/** The losses without the MLP: nothing in its place, or its mean. */
export function mlpAblation(
  { direct, mlp }: LogitParts,
  width: number,
  wanted: Wanted,
  kind: Ablation,
): SplitMeans {
  const instead = kind === 'mean' ? meanRow(mlp, width) : new Float64Array(width);
  return lossesWhere(width, wanted, (row, out) => {
    for (let c = 0; c < width; c++) out[c] = direct[row * width + c] + instead[c];
  });
}

/** What is left without one head. */
export interface HeadAblation {
  readonly zero: SplitMeans;
  readonly mean: SplitMeans;
}

/**
 * The losses without each head in turn: nothing in its place, or its mean output over the pairs. The MLP reads what is
 * left; the other heads do not notice (there is one layer).
 */
export function headAblations(net: PairNetwork, wanted: Wanted): HeadAblation[] {
  const means = net.heads.map((head) => ({
    neurons: meanOutput(net, head.pattern, head.toNeurons, net.dMlp),
    logits: meanOutput(net, head.pattern, head.toLogits, net.nOut),
  }));
  const losses = net.heads.map(() => ({
    zero: new Float64Array(wanted.label.length),
    mean: new Float64Array(wanted.label.length),
  }));
  for (const [from, to] of stretchesOf(net)) {
    const stretch = separateHeads(net, from, to);
    net.heads.forEach((_, h) => {
      stretch.lossesWithout(h, undefined, wanted.label, losses[h].zero);
      stretch.lossesWithout(h, means[h], wanted.label, losses[h].mean);
    });
  }
  return losses.map(({ zero, mean }) => ({ zero: splitMeans(zero, wanted), mean: splitMeans(mean, wanted) }));
}

/** A stretch of pairs with what each head adds kept apart. */
function separateHeads(net: PairNetwork, from: number, to: number) {
  const { nSecond, nOut, dMlp } = net;
  const rows = (to - from) * nSecond;
  const parts = net.heads.map(({ pattern, toNeurons, toLogits }) => {
    const neurons = new Float64Array(rows * dMlp);
    const logits = new Float64Array(rows * nOut);
    addHead(neurons, net, pattern, toNeurons, dMlp, from, to);
    addHead(logits, net, pattern, toLogits, nOut, from, to);
    return { neurons, logits };
  });
  const neurons = repeated(net.neuronBase, rows);
  const logits = repeated(
    net.logitBase.map((x, c) => x + net.biasBase[c]),
    rows,
  );
  for (const part of parts) {
    add(neurons, part.neurons);
    add(logits, part.logits);
  }
  return {
    lossesWithout(
      h: number,
      mean: { readonly neurons: Float64Array; readonly logits: Float64Array } | undefined,
      label: Int32Array,
      losses: Float64Array,
    ): void {
      const activations = without(neurons, parts[h].neurons, mean?.neurons, dMlp);
      net.activate(activations);
      const left = without(logits, parts[h].logits, mean?.logits, nOut);
      if (dMlp > 0) add(left, throughMlp(net, activations));
      for (let r = 0; r < rows; r++) {
        const row = from * nSecond + r;
        losses[row] = label[row] < 0 ? NaN : rowLoss(left, r * nOut, nOut, label[row]);
      }
    },
  };
}

function add(X: Float64Array, Y: Float64Array): void {
  for (let at = 0; at < X.length; at++) X[at] += Y[at];
}

function without(
  X: Float64Array,
  part: Float64Array,
  mean: Float64Array | undefined,
  width: number,
): Float64Array {
  const out = new Float64Array(X.length);
  for (let at = 0; at < X.length;) {
    for (let c = 0; c < width; c++, at++) out[at] = X[at] - part[at] + (mean ? mean[c] : 0);
    if (width === 0) break;
  }
  return out;
}

/** [width] the mean over the pairs of what a head adds: each table row weighs as much as it is attended to. */
function meanOutput(
  { nFirst, nSecond }: PairNetwork,
  pattern: Float64Array,
  [first, second, last]: PairHead['toLogits'],
  width: number,
): Float64Array {
  const mean = new Float64Array(width);
  const addRow = (table: Float64Array, row: number, weight: number): void => {
    for (let c = 0; c < width; c++) mean[c] += (weight / (nFirst * nSecond)) * table[row * width + c];
  };
  const toFirst = new Float64Array(nFirst);
  const toSecond = new Float64Array(nSecond);
  let toLast = 0;
  for (let i = 0, row = 0; i < nFirst; i++)
    for (let j = 0; j < nSecond; j++, row++) {
      toFirst[i] += pattern[3 * row];
      toSecond[j] += pattern[3 * row + 1];
      toLast += pattern[3 * row + 2];
    }
  toFirst.forEach((weight, i) => addRow(first, i, weight));
  toSecond.forEach((weight, j) => addRow(second, j, weight));
  addRow(last, 0, toLast);
  return mean;
}
