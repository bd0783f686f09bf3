import type { LogitParts, LossTarget } from './ablations.js';
import { meanRow } from './ablations.js';
import { sharedFourierBasis } from '../waves/fourier.js';
import type { SplitMeans } from './loss.js';
import { lossesWhere } from './loss.js';
import type { PairSums } from '../waves/pair-sums.js';
import { pairSums } from '../waves/pair-sums.js';
import { fourierTransform, rowsOfFrequency } from '../waves/transform.js';

/*
 * Removes frequencies from every neuron. Neurons reach the logits by a linear map, so removing a frequency's eight
 * components from each neuron equals removing them from what the MLP adds to the logits.
 */

/** What neurons add to the logits of n² pairs, decomposed by frequency. */
export interface NeuronWaves {
  readonly n: number;
  /** Sums over pairs, transformed: each [n, n]. */
  readonly components: PairSums;
  /** [n] the mean over pairs. */
  readonly mean: Float64Array;
}

export function neuronWaves({ mlp }: Pick<LogitParts, 'mlp'>, n: number): NeuronWaves {
  const { first, second, sum, difference } = pairSums(mlp, n, n);
  const transformed = (values: Float64Array): Float64Array => fourierTransform(values, n, n);
  return {
    n,
    components: {
      first: transformed(first),
      second: transformed(second),
      sum: transformed(sum),
      difference: transformed(difference),
    },
    mean: meanRow(mlp, n),
  };
}

/** The part at these frequencies as functions of i, j, i + j and i − j, each [n, n]; the whole part is their sum. */
function partAt({ n, components }: NeuronWaves, frequencies: readonly number[]): PairSums {
  const basis = sharedFourierBasis(n);
  const rows = frequencies.flatMap((k) => rowsOfFrequency(n, k));
  // Of an even order, i + j and i − j alternate alike: one direction, not two.
  const apart = n % 2 === 0 ? rows.filter((row) => row !== n - 1) : rows;
  const part = (X: Float64Array, of: readonly number[]): Float64Array => {
    const out = new Float64Array(n * n);
    for (const row of of)
      for (let x = 0; x < n; x++)
        for (let c = 0; c < n; c++) out[x * n + c] += (basis[row * n + x] / n) * X[row * n + c];
    return out;
  };
  return {
    first: part(components.first, rows),
    second: part(components.second, rows),
    sum: part(components.sum, rows),
    difference: part(components.difference, apart),
  };
}

/**
 * The losses with frequencies removed from all neurons, or with only these and the means kept; the path past the MLP
 * stays.
 */
export function neuronFrequencyAblation(
  { direct, mlp }: LogitParts,
  waves: NeuronWaves,
  wanted: LossTarget,
  frequencies: readonly number[],
  { keep }: { readonly keep: boolean },
): SplitMeans {
  const { n, mean } = waves;
  const { first, second, sum, difference } = partAt(waves, frequencies);
  return lossesWhere(n, wanted, (row, out) => {
    const [i, j, at] = [Math.floor(row / n), row % n, row * n];
    const [f, s, t, d] = [i * n, j * n, ((i + j) % n) * n, ((i - j + n) % n) * n];
    for (let c = 0; c < n; c++) {
      const part = first[f + c] + second[s + c] + sum[t + c] + difference[d + c];
      out[c] = direct[at + c] + (keep ? mean[c] + part : mlp[at + c] - part);
    }
  });
}
