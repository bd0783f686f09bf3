import type { PairExamples, PairGrid } from '@grokscope/interpret';
import { fourierTransform2d, pairLogits, viewNeuron } from '@grokscope/interpret';
import type { AnswerLook, Choice, NeuronLook, PairsLook } from './looks.js';
import type { LookSubject } from './subject.js';

const meanOf = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The 2-D transform of a function over pairs of a group, its mean removed first: the part that varies. */
const spectrumOf = (activation: Float64Array, n: number): Float64Array => {
  const mean = meanOf(activation);
  return fourierTransform2d(
    activation.map((x) => x - mean),
    n,
    1,
  );
};

/** Logits as deviations from their mean, and their softmax. */
export const answerOf = (a: number, b: number, wanted: number | null, logits: Float64Array): AnswerLook => {
  const mean = meanOf(logits);
  const most = logits.reduce((largest, x) => Math.max(largest, x), -Infinity);
  const weights = logits.map((x) => Math.exp(x - most));
  const sum = weights.reduce((total, x) => total + x, 0);
  return { a, b, wanted, logits: logits.map((x) => x - mean), belief: weights.map((x) => x / sum) };
};

/** The grid that panels show: in the group's order if the task has one. */
export const shownGrid = ({ pairs }: LookSubject): PairGrid | undefined => pairs?.cyclic?.grid ?? pairs?.grid;

/** Attention, one neuron and one answer; null for networks that cannot be analysed this way. */
export const lookAtPairs = (subject: LookSubject, choice: Choice): PairsLook | null => {
  const { network, pairs, dataset, isOneLayer, step } = subject;
  const grid = shownGrid(subject);
  if (!isOneLayer || !pairs || !grid) return null;
  const { dMlp } = network.shape;
  const index = Math.min(choice.neuron, Math.max(0, dMlp - 1));
  const { activation, patterns, scoreSpectra } = viewNeuron(network, grid, dataset.dVocabOut, index);
  const n = pairs.cyclic?.group.order;
  const neuron: NeuronLook | null =
    dMlp === 0
      ? null
      : { index, activation, ...(n === undefined ? {} : { spectrum: spectrumOf(activation, n) }) };
  const [a, b] = [within(choice.a, pairs.grid.first), within(choice.b, pairs.grid.second)];
  const logits = pairLogits(network, pairs.grid, dataset.dVocabOut, [a, b]);
  return {
    step,
    nFirst: grid.first.length,
    nSecond: grid.second.length,
    first: Int32Array.from(grid.first),
    second: Int32Array.from(grid.second),
    words: dataset.vocabulary,
    output: pairs.cyclic?.group.output ?? null,
    patterns,
    headWaves: n === undefined ? null : scoreSpectra.map(strongestWave),
    neuron,
    answer: answerOf(a, b, wantedAt(pairs, a, b), logits),
  };
};

/** The frequency with the largest norm, and its share of all squares. */
const strongestWave = (norms: Float64Array): { readonly k: number; readonly share: number } => {
  const best = norms.reduce((at, x, i) => (x > (norms[at] ?? 0) ? i : at), 0);
  const total = norms.reduce((sum, x) => sum + x * x, 0);
  return { k: best + 1, share: total > 0 ? (norms[best] ?? 0) ** 2 / total : 0 };
};

/** The label of a pair of the grid. */
const wantedAt = ({ grid, wanted }: PairExamples, a: number, b: number): number | null => {
  const row = Array.from(grid.first).indexOf(a) * grid.second.length + Array.from(grid.second).indexOf(b);
  return wanted.label[row] ?? null;
};

/** A token of the grid: the one requested, otherwise the nearest to it. */
const within = (token: number, tokens: ArrayLike<number>): number =>
  Array.from(tokens).reduce((best, known) =>
    Math.abs(known - token) < Math.abs(best - token) ? known : best,
  );
