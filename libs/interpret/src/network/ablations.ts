import type { Rows, SplitMeans } from './loss.js';
import { lossesWhere, rowLosses, splitMeans } from './loss.js';
import type { PairHead, PairNetwork } from './pair-network.js';
import { addHead } from './pair-network.js';
import { preparedProduct } from '../numerics/product.js';

/*
 * Removes parts of a one-layer network, and computes the loss that remains. `zero` removes what a part adds, `mean`
 * replaces it by its mean over all pairs.
 */

export type Ablation = 'zero' | 'mean';

/** The logits' two parts over the pairs, each [rows, nOut]. */
export interface LogitParts {
  /** What reaches the logits past the MLP, biases included. */
  readonly direct: Float64Array;
  /** What the MLP adds, without its bias. */
  readonly mlp: Float64Array;
}

/** The set a loss is averaged over: labels and the split. */
export interface LossTarget extends Rows {
  readonly label: Int32Array;
}

/** [width] the mean over rows. */
export function meanRow(X: Float64Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  const rows = X.length / width;
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < width; c++, at++) mean[c] += X[at] / rows;
  return mean;
}

/** The losses without the MLP: replaced by nothing, or by its mean. */
export function mlpAblation(
  { direct, mlp }: LogitParts,
  width: number,
  wanted: LossTarget,
  kind: Ablation,
): SplitMeans {
  const instead = kind === 'mean' ? meanRow(mlp, width) : new Float64Array(width);
  return lossesWhere(width, wanted, (row, out) => {
    for (let c = 0; c < width; c++) out[c] = direct[row * width + c] + instead[c];
  });
}

/** What remains without one head. */
export interface HeadAblation {
  readonly zero: SplitMeans;
  readonly mean: SplitMeans;
}

/**
 * The losses without each head in turn: replaced by nothing, or by its mean output over the pairs. The MLP reads the
 * remainder; the other heads are unaffected (there is one layer).
 */
export function headAblations(net: PairNetwork, wanted: LossTarget): HeadAblation[] {
  const means = net.heads.map((head) => ({
    neurons: meanOutput(net, head.pattern, head.toNeurons, net.dMlp),
    logits: meanOutput(net, head.pattern, head.toLogits, net.nOut),
  }));
  const losses = net.heads.map(() => ({
    zero: new Float64Array(wanted.label.length),
    mean: new Float64Array(wanted.label.length),
  }));
  const stretch = new StretchOfHeads(net);
  for (let first = 0; first < net.nFirst; first++) {
    stretch.take(first);
    net.heads.forEach((_, h) => {
      stretch.lossesWithout(h, undefined, wanted.label, losses[h].zero);
      stretch.lossesWithout(h, means[h], wanted.label, losses[h].mean);
    });
  }
  return losses.map(({ zero, mean }) => ({ zero: splitMeans(zero, wanted), mean: splitMeans(mean, wanted) }));
}

/** The inputs of the neurons and of the logits; one row, or a row for each pair. */
interface Ways {
  readonly neurons: Float64Array;
  readonly logits: Float64Array;
}

/** The pairs of one first number, with the contribution of each head kept separate; its buffers stay in the cache. */
class StretchOfHeads {
  readonly #parts: readonly Ways[];
  readonly #all: Ways;
  readonly #left: Ways;
  readonly #nothing: Ways;
  readonly #throughMlp: ReturnType<typeof preparedProduct>;
  #first = 0;

  constructor(readonly net: PairNetwork) {
    const ways = (rows: number): Ways => ({
      neurons: new Float64Array(rows * net.dMlp),
      logits: new Float64Array(rows * net.nOut),
    });
    this.#parts = net.heads.map(() => ways(net.nSecond));
    this.#all = ways(net.nSecond);
    this.#left = ways(net.nSecond);
    this.#nothing = ways(1);
    this.#throughMlp = preparedProduct(net.neuronLogit, net.dMlp, net.nOut);
  }

  /** Computes the pairs of the first number at this place. */
  take(first: number): void {
    const { net } = this;
    const { neurons, logits } = this.#all;
    this.#first = first;
    for (let j = 0; j < net.nSecond; j++) {
      neurons.set(net.neuronBase, j * net.dMlp);
      for (let c = 0; c < net.nOut; c++) logits[j * net.nOut + c] = net.logitBase[c] + net.biasBase[c];
    }
    net.heads.forEach(({ pattern, toNeurons, toLogits }, h) => {
      const part = this.#parts[h];
      part.neurons.fill(0);
      part.logits.fill(0);
      addHead(part.neurons, net, pattern, toNeurons, net.dMlp, first, first + 1);
      addHead(part.logits, net, pattern, toLogits, net.nOut, first, first + 1);
      add(neurons, part.neurons);
      add(logits, part.logits);
    });
  }

  /** Writes the losses of these pairs with head h replaced by `instead`, by nothing if undefined. */
  lossesWithout(h: number, instead: Ways | undefined, label: Int32Array, losses: Float64Array): void {
    const { net } = this;
    const { neurons, logits } = this.#left;
    const rows = instead ?? this.#nothing;
    replace(neurons, this.#all.neurons, this.#parts[h].neurons, rows.neurons);
    replace(logits, this.#all.logits, this.#parts[h].logits, rows.logits);
    net.activate(neurons);
    if (net.dMlp > 0) this.#throughMlp(logits, neurons, net.nSecond);
    const from = this.#first * net.nSecond;
    losses.set(rowLosses(logits, net.nOut, label.subarray(from, from + net.nSecond)), from);
  }
}

function add(X: Float64Array, Y: Float64Array): void {
  for (let at = 0; at < X.length; at++) X[at] += Y[at];
}

/** out = X − part + row, a row at a time; all but `row` [rows, row.length]. */
function replace(out: Float64Array, X: Float64Array, part: Float64Array, row: Float64Array): void {
  for (let at = 0; at < X.length;)
    for (let c = 0; c < row.length; c++, at++) out[at] = X[at] - part[at] + row[c];
}

/** [width] the mean over the pairs of what a head adds: each table row weighted by the attention it receives. */
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
