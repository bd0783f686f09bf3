import { frequenciesOf, rowsOfFrequency } from './transform.js';

/** The published rules by which a frequency counts as key. */
export const keyRules = ['neurons', 'neuronLogit', 'embedding'] as const;
/** A published rule by which a frequency counts as key. */
export type KeyRule = (typeof keyRules)[number];

/** The number of neurons that must follow a frequency for it to be key, by the rule `neurons`. */
const ENOUGH_NEURONS = 2;
/** Share of the largest component's norm that a key component exceeds. */
const STRONG = 1 / 4;

/**
 * The rule of spectra: the frequencies whose cosine or sine component has a norm above a quarter of the largest single
 * component's; the constant (row 0) is left out of both, cosine and sine are not combined. Ascending.
 *
 * On the components of the neuron–logit map this is the rule `neuronLogit`, on the embedding's the rule `embedding`.
 *
 * @param components [n] norms as `componentNorms` gives them.
 * Source: progress-measures-paper, notebooks; TransformerLens, Grokking_Demo (`embedding`).
 */
export function strongFrequencies(components: ArrayLike<number>): number[] {
  const n = components.length;
  let largest = 0;
  for (let row = 1; row < n; row++) largest = Math.max(largest, components[row]);
  return frequenciesOf(n).filter((k) =>
    rowsOfFrequency(n, k).some((row) => components[row] > STRONG * largest),
  );
}

/**
 * The rule `neurons`: the frequencies with at least two neurons. Ascending.
 *
 * @param frequency per neuron, 0 where it has none (`neuronFrequencies`).
 * Source: progress-measures-paper, `helpers.py`.
 */
export function neuronKeyFrequencies(frequency: ArrayLike<number>): number[] {
  const counts = countByFrequency(frequency);
  return [...counts.keys()].filter((k) => counts.get(k)! >= ENOUGH_NEURONS);
}

/** The number of neurons of each frequency, ascending by frequency; neurons without one are not counted. */
export function countByFrequency(frequency: ArrayLike<number>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const k of Array.from(frequency).sort((a, b) => a - b))
    if (k > 0) counts.set(k, (counts.get(k) ?? 0) + 1);
  return counts;
}
