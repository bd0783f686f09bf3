import { loadKernels, type Kernels } from '../numerics/kernels.js';
import type { Reals } from '../numerics/numbers.js';

/** A mean over the training examples, over the others, and over all; null for an empty set. */
export interface SplitMeans {
  readonly train?: number;
  readonly test?: number;
  readonly all: number;
}

/** Which rows are trained on and which are not; together they are all rows. */
export interface Rows {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Beside the largest term of a sum, terms this much smaller in the exponent are below float64's last bit (e^−50 ≈ 2e-22). */
const NEGLIGIBLE = 50;

/**
 * Cross-entropy of one row of logits, exact from 1e-300 to beyond 700: with d_i = l_i − l_y and m = max(0, max d_i) it
 * is log1p(Σ_{i≠y} e^{d_i}) if m = 0, else m + log(e^{−m} + Σ_{i≠y} e^{d_i−m}). A plain log-softmax would lose
 * everything below 1e-16.
 *
 * @param at index of the row's first logit. @param width number of classes. @param label 0 … width−1
 */
export function rowLoss(logits: Reals, at: number, width: number, label: number): number {
  const wanted = logits[at + label];
  let best = -Infinity;
  for (let i = 0; i < width; i++) if (i !== label && !(logits[at + i] <= best)) best = logits[at + i];
  const m = Math.max(0, best - wanted);
  const least = best - NEGLIGIBLE;
  let others = 0;
  for (let i = 0; i < width; i++)
    if (i !== label && !(logits[at + i] < least)) others += Math.exp(logits[at + i] - wanted - m);
  return lossOfSums(m, others);
}

/** log(1 + e^m·others) of m ≥ 0, `others` = Σ_{i≠y} e^{d_i−m}. */
const lossOfSums = (m: number, others: number): number =>
  m === 0 ? Math.log1p(others) : m + Math.log(Math.exp(-m) + others);

/** Whether the label's logit is the largest of its row; if several are equal the first counts, as on every engine. */
export function rowCorrect(logits: Reals, at: number, width: number, label: number): boolean {
  let best = 0;
  for (let i = 1; i < width; i++) if (logits[at + i] > logits[at + best]) best = i;
  return best === label;
}

/** The means of a value of each row. NaN rows make NaN means, so that nothing is hidden. */
export function splitMeans(values: ArrayLike<number>, { train, test }: Rows): SplitMeans {
  const sum = (rows: Int32Array): number => rows.reduce((total, row) => total + values[row], 0);
  const [inTrain, inTest] = [sum(train), sum(test)];
  return {
    ...(train.length > 0 ? { train: inTrain / train.length } : {}),
    ...(test.length > 0 ? { test: inTest / test.length } : {}),
    all: (inTrain + inTest) / (train.length + test.length),
  };
}

/**
 * [N] the cross-entropy of every row of logits [N, width] over its first `classes` entries (all, unless given); a label
 * below 0 belongs to no class and gives NaN.
 */
export function rowLosses(
  logits: Reals,
  width: number,
  labels: ArrayLike<number>,
  classes = width,
): Float64Array {
  const kernels = loadKernels();
  return kernels
    ? lossesOnKernel(kernels, logits, width, labels, classes)
    : plainLosses(logits, width, labels, classes);
}

/** The same, row by row. */
export function plainLosses(
  logits: Reals,
  width: number,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  return Float64Array.from(labels, (label, row) =>
    label < 0 ? NaN : rowLoss(logits, row * width, classes, label),
  );
}

/** Logits copied into the kernel's memory at a time: 2 MB. */
const CHUNK_VALUES = 1 << 18;

function lossesOnKernel(
  { lossSums, places }: Kernels,
  logits: Reals,
  width: number,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  const losses = new Float64Array(labels.length);
  const rows = Math.min(labels.length, Math.max(1, Math.floor(CHUNK_VALUES / width)));
  const [x, wanted, sums] = places(rows * width, rows, 2 * rows);
  const wantedLabels = new Int32Array(wanted.buffer, wanted.byteOffset, rows);
  for (let from = 0; from < labels.length; from += rows) {
    const count = Math.min(rows, labels.length - from);
    x.set(logits.subarray(from * width, (from + count) * width));
    for (let r = 0; r < count; r++) wantedLabels[r] = Math.max(0, labels[from + r]);
    lossSums(x.byteOffset, width, count, classes, wanted.byteOffset, sums.byteOffset);
    for (let r = 0; r < count; r++)
      losses[from + r] = labels[from + r] < 0 ? NaN : lossOfSums(sums[2 * r], sums[2 * r + 1]);
  }
  return losses;
}

/** [N] 1 where the label's logit is the largest of the row's first `classes`, otherwise 0. */
export function rowsCorrect(
  logits: Reals,
  width: number,
  labels: ArrayLike<number>,
  classes = width,
): Uint8Array {
  const correct = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++)
    correct[row] = labels[row] >= 0 && rowCorrect(logits, row * width, classes, labels[row]) ? 1 : 0;
  return correct;
}

/**
 * Mean loss and accuracy of logits [N, width] over their first `classes` entries (all, unless given). If the mean loss
 * is not finite, some logit was not a number: a network that diverged has no accuracy, which is then NaN.
 */
export function lossAndAccuracy(
  logits: Reals,
  width: number,
  labels: ArrayLike<number>,
  rows: Rows,
  classes = width,
): { readonly loss: SplitMeans; readonly accuracy: SplitMeans } {
  const loss = splitMeans(rowLosses(logits, width, labels, classes), rows);
  const correct = splitMeans(rowsCorrect(logits, width, labels, classes), rows);
  const where = (set: keyof SplitMeans): number => (Number.isFinite(loss[set]) ? correct[set]! : NaN);
  return {
    loss,
    accuracy: {
      ...(loss.train === undefined ? {} : { train: where('train') }),
      ...(loss.test === undefined ? {} : { test: where('test') }),
      all: where('all'),
    },
  };
}

/** Rows computed before their losses are taken. */
const ROWS = 256;

/**
 * The mean losses of rows that are computed one at a time: `fill` writes the logits of a row into a buffer [width], so
 * that a changed network's logits over all examples need not be stored.
 */
export function lossesWhere(
  width: number,
  { label, train, test }: Rows & { readonly label: ArrayLike<number> },
  fill: (row: number, out: Float64Array) => void,
): SplitMeans {
  const buffer = new Float64Array(ROWS * width);
  const losses = new Float64Array(label.length);
  for (let from = 0; from < label.length; from += ROWS) {
    const labels = Array.prototype.slice.call(label, from, from + ROWS) as number[];
    labels.forEach((wanted, r) => {
      if (wanted >= 0) fill(from + r, buffer.subarray(r * width, (r + 1) * width));
    });
    losses.set(rowLosses(buffer, width, labels), from);
  }
  return splitMeans(losses, { train, test });
}
