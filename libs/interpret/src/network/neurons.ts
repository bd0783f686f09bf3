import type { Reals } from '../numerics/numbers.js';
import type { PairSums } from '../waves/pair-sums.js';
import { addToPairSums, emptyPairSums, frequencyEnergies } from '../waves/pair-sums.js';

/** Share of its variance that a neuron's frequency must explain, strictly. */
export const NEURON_THRESHOLD = 0.85;
/** Rounding of a value that does not vary, relative to the value. */
const STILL = 1e-12;

/** The frequency of each neuron. */
export interface NeuronFrequencies {
  /** [width] 1 … ⌊n/2⌋, or 0: no frequency explains more than 0.85 of the neuron. */
  readonly frequency: Int32Array;
  /** [width] the share of the centred activation's squares that the best frequency explains; 0 if it never varies. */
  readonly explained: Float64Array;
  /** [width, ⌊n/2⌋] the share that each frequency explains. */
  readonly shares: Float64Array;
}

/** Activations over the pairs of a group, processed in stretches. */
export class NeuronWatch {
  readonly #sums: PairSums;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #largest: Float64Array;
  #rows = 0;

  constructor(
    readonly n: number,
    readonly width: number,
  ) {
    this.#sums = emptyPairSums(n, width);
    this.#mean = new Float64Array(width);
    this.#squares = new Float64Array(width);
    this.#largest = new Float64Array(width);
  }

  /** Takes the pairs with first element `from` … `to` − 1: activations [(to − from)·n, width]. */
  add(activations: Reals, from: number, to: number): void {
    addToPairSums(this.#sums, activations, this.n, this.width, from, to);
    this.#addMoments(activations, (to - from) * this.n);
  }

  /** Mean and centred squares of both parts together, without the cancellation of Σx² − (Σx)²/N. */
  #addMoments(X: Reals, rows: number): void {
    const { width } = this;
    const mean = new Float64Array(width);
    const squares = new Float64Array(width);
    for (let at = 0, r = 0; r < rows; r++)
      for (let c = 0; c < width; c++, at++) {
        mean[c] += X[at];
        if (Math.abs(X[at]) > this.#largest[c]) this.#largest[c] = Math.abs(X[at]);
      }
    for (let c = 0; c < width; c++) mean[c] /= rows;
    for (let at = 0, r = 0; r < rows; r++)
      for (let c = 0; c < width; c++, at++) squares[c] += (X[at] - mean[c]) * (X[at] - mean[c]);
    const all = this.#rows + rows;
    for (let c = 0; c < width; c++) {
      const apart = mean[c] - this.#mean[c];
      this.#squares[c] += squares[c] + (apart * apart * this.#rows * rows) / all;
      this.#mean[c] += (apart * rows) / all;
    }
    this.#rows = all;
  }

  /** The neurons' frequencies, once every pair was added. */
  frequencies(): NeuronFrequencies {
    const { n, width } = this;
    const energies = frequencyEnergies(this.#sums, n, width);
    const nFrequencies = Math.floor(n / 2);
    const frequency = new Int32Array(width);
    const explained = new Float64Array(width);
    const shares = new Float64Array(width * nFrequencies);
    for (let c = 0; c < width; c++) {
      const variance = this.#squares[c];
      if (variance <= this.#rows * (STILL * this.#largest[c]) ** 2) continue;
      let best = 1;
      for (let k = 1; k <= nFrequencies; k++) {
        const share = energies[(k - 1) * width + c] / variance;
        shares[c * nFrequencies + k - 1] = share;
        if (share > shares[c * nFrequencies + best - 1]) best = k;
      }
      explained[c] = shares[c * nFrequencies + best - 1];
      if (explained[c] > NEURON_THRESHOLD) frequency[c] = best;
    }
    return { frequency, explained, shares };
  }
}

/**
 * The frequency of each neuron: of its activation over the n² pairs, centred, frequency k explains the squares of its
 * eight 2-D Fourier coefficients over the sum of squares; the neuron's is the largest if that is above 0.85.
 *
 * @param activations [n, n, width] after the nonlinearity, at the last position, in group order.
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 4.2.
 */
export function neuronFrequencies(activations: Reals, n: number, width: number): NeuronFrequencies {
  const watch = new NeuronWatch(n, width);
  watch.add(activations, 0, n);
  return watch.frequencies();
}
