import type { Dataset } from '@grokscope/tasks';

/**
 * The cyclic group behind a task on pairs: its elements 0 … n−1, and what stands for each in the examples. The answer
 * to (first[i], second[j]) is output[(i + j) mod n]; everything measured "in group order" follows it.
 *
 * Addition mod p is its own group. Subtraction reads the second operand backwards. Multiplication mod a prime is
 * addition of exponents of a generator (discrete logarithms), of order p − 1, with 0 left out; division reads the
 * second operand backwards there too.
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

/** The group behind a task, or undefined where it has none that is cyclic. */
export function cyclicGroupOf({ kind, p }: Pick<Dataset, 'kind' | 'p'>): CyclicGroup | undefined {
  if (p === undefined) return undefined;
  switch (kind) {
    case 'modularAddition':
      return reordered(range(p), 1);
    case 'modularSubtraction':
      return reordered(range(p), -1);
    case 'modularMultiplication':
    case 'modularDivision': {
      const powers = powersOfGenerator(p);
      return powers && reordered(powers, kind === 'modularMultiplication' ? 1 : -1);
    }
    default:
      return undefined;
  }
}

const range = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

function reordered(elements: Int32Array, direction: 1 | -1): CyclicGroup {
  const n = elements.length;
  const second = elements.map((_, j) => elements[(n + direction * j) % n]);
  return { order: n, first: elements, second, output: elements };
}

/**
 * [p−1] the powers 1, g, g², … of the smallest generator g of the numbers 1 … p−1 under multiplication mod p;
 * undefined unless p is a prime above 2.
 */
export function powersOfGenerator(p: number): Int32Array | undefined {
  for (let g = 2; g < p; g++) {
    const powers = new Int32Array(p - 1);
    powers[0] = 1;
    let length = 1;
    for (let x = g; x > 1 && length < p - 1; x = (x * g) % p) powers[length++] = x;
    // A generator's powers are all p − 1 numbers, and the next is 1 again; modulo a composite this never happens.
    if (length === p - 1 && (powers[p - 2] * g) % p === 1) return powers;
  }
  return undefined;
}

/** The examples of a task in group order. */
export interface GroupExamples {
  /** [n·n] the example of the pair (i, j), at i·n + j. */
  readonly example: Int32Array;
  /** [n·n] the element wanted; −1 where the label is no element (label noise). */
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
