import type { Dataset } from '@grokscope/tasks';

/**
 * The cyclic group behind a task on pairs: its elements 0 … n−1, and what stands for each in the examples. The answer
 * to (first[i], second[j]) is output[(i + j) mod n]; everything measured "in group order" follows it.
 *
 * Addition mod p is its own group. Subtraction reads the second operand backwards. Multiplication mod a prime is
 * addition of exponents of a generator (discrete logarithms), of order p − 1, with 0 left out; division reads the
 * second operand backwards there too. Character addition uses its hidden values. Each task declares its own structure
 * (`CyclicStructure`).
 */
export interface CyclicGroup {
  /** n. */
  readonly order: number;
  /** [n] the token of element i as first operand. */
  readonly first: Int32Array;
  /** [n] the token of element j as second operand. */
  readonly second: Int32Array;
  /** [n] the output logit of element t. */
  readonly output: Int32Array;
}

/** The group behind a task, or undefined if it has no cyclic group. */
export function cyclicGroupOf({
  structure,
  dVocabOut,
}: Pick<Dataset, 'structure' | 'dVocabOut'>): CyclicGroup | undefined {
  if (structure?.kind !== 'cyclic') return undefined;
  const { order: n, elementOf, secondSign } = structure;
  const tokenOf = new Int32Array(n).fill(-1);
  elementOf.forEach((element, token) => {
    if (element >= 0) tokenOf[element] = token;
  });
  // Inputs and outputs share one vocabulary; a group whose elements are not all answers could not be analysed.
  if (tokenOf.some((token) => token < 0 || token >= dVocabOut)) return undefined;
  return {
    order: n,
    first: tokenOf,
    second: tokenOf.map((_, j) => tokenOf[(n + secondSign * j) % n]),
    output: tokenOf,
  };
}

/** The examples of a task in group order. */
export interface GroupExamples {
  /** [n·n] the example of the pair (i, j), at i·n + j. */
  readonly example: Int32Array;
  /** [n·n] the element wanted; −1 if the label is not an element (label noise). */
  readonly label: Int32Array;
  /** The pairs trained on and those not, as places i·n + j, ascending; pairs without an element as label left out. */
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Finds each pair of the group among the examples; undefined if one is missing. */
export function groupExamples(group: CyclicGroup, dataset: Dataset): GroupExamples | undefined {
  const { order: n, first, second, output } = group;
  const { tokens, nCtx, dVocab, dVocabOut, nExamples, labels } = dataset;
  const byTokens = new Int32Array(dVocab * dVocab).fill(-1);
  for (let e = 0; e < nExamples; e++) byTokens[tokens[e * nCtx] * dVocab + tokens[e * nCtx + 1]] = e;
  const elementOf = new Int32Array(dVocabOut).fill(-1);
  output.forEach((logit, t) => (elementOf[logit] = t));
  const example = new Int32Array(n * n);
  const label = new Int32Array(n * n);
  const place = new Int32Array(nExamples).fill(-1);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++, at++) {
      const e = byTokens[first[i] * dVocab + second[j]];
      if (e < 0) return undefined;
      example[at] = e;
      label[at] = elementOf[labels[e]];
      place[e] = at;
    }
  const placesOf = (examples: Int32Array): Int32Array =>
    examples
      .map((e) => place[e])
      .filter((at) => at >= 0 && label[at] >= 0)
      .sort();
  return { example, label, train: placesOf(dataset.trainIndices), test: placesOf(dataset.testIndices) };
}
