import type { Rows, SplitMeans } from '../network/loss.js';
import { plainLosses, rowLosses, splitMeans } from '../network/loss.js';
import type { Reals } from '../numerics/numbers.js';
import { sumOfSquares } from '../numerics/numbers.js';
import type { Character, Characters } from './character.js';

/** A character is key if its similarity is above this. */
export const KEY_SIMILARITY = 0.005;

/** The logits of a network on all pairs of a group, and the wanted elements. */
export interface PairLogits extends Rows {
  /**
   * The logits of the pairs (x, 0) … (x, n−1), `[n, n]` row-major, one column for each element; called twice. Rows of
   * the whole are `x·n + y`.
   */
  readonly logitsOf: (x: number) => Reals;
  /** `[n·n]` the element wanted for each pair; default: the product. Below 0: none; such a pair belongs to no set. */
  readonly label?: ArrayLike<number>;
}

/** How logits follow a character. */
export interface CharacterSimilarity {
  readonly character: Character;
  /** Cosine between the centred logits and χ(x·y·z⁻¹), over all x, y, z: from −1 to 1. */
  readonly similarity: number;
  readonly isKey: boolean;
}

/** The analysis of the logits over all pairs by the characters of the group. */
export interface LogitCharacters {
  /** For every character, in their order. */
  readonly similarities: readonly CharacterSimilarity[];
  /** Σ similarity² over the characters but the trivial one: from 0 to 1. */
  readonly explained: number;
  /** The loss of the parts of the logits along the key characters alone. */
  readonly restrictedLoss: SplitMeans;
  /**
   * The loss on the training pairs of the centred logits without these parts: of all key characters together, and of each
   * alone by its name. Absent without training pairs.
   */
  readonly excludedLoss?: { readonly all: number; readonly byCharacter: Readonly<Record<string, number>> };
}

/**
 * Decomposes a network's logits into characters, in float64. Logits are centred: the mean over the classes is
 * subtracted from each row. A cube χ(x·y·z⁻¹) depends on the product x·y and on z alone, so logits are first added up
 * by product: O(n³) for all characters together, and no cube is held.
 *
 * Source: Chughtai, Chan and Nanda, *A Toy Model of Universality*, arXiv:2302.03025, section 5 and appendix.
 */
export function logitCharacters(characters: Characters, pairs: PairLogits): LogitCharacters {
  const { group, classes, list } = characters;
  const { order: n, table, inverse } = group;
  const { sums, squares } = centredSums(characters, pairs);
  // [n, n] the class of p·z⁻¹.
  const classAt = Int32Array.from(table, (_, i) => {
    const [p, z] = [Math.floor(i / n), i % n];
    return classes.classOf[table[p * n + inverse[z]]];
  });
  const byClass = new Float64Array(classes.count);
  sums.forEach((sum, i) => (byClass[classAt[i]] += sum));
  const size = Math.sqrt(squares);
  const similarities = list.map((character) => {
    const along = character.ratios.reduce((sum, ratio, c) => sum + ratio * byClass[c], 0);
    const similarity = size > 0 ? along / (size * cubeLength(character, n)) : 0;
    return { character, similarity, isKey: similarity > KEY_SIMILARITY };
  });
  const keys = similarities.filter(({ isKey }) => isKey);
  // By class: the contribution of the key characters, or of one alone, to a logit.
  const partOf = ({ character, similarity }: CharacterSimilarity): Float64Array =>
    character.ratios.map((ratio) => (similarity * size * ratio) / cubeLength(character, n));
  const parts = keys.map(partOf);
  const all = new Float64Array(classes.count);
  for (const part of parts) part.forEach((x, c) => (all[c] += x));
  const isExplained = ({ character: { isTrivial } }: CharacterSimilarity): boolean => !isTrivial;
  const [whole, ...alone] = excludedLosses(characters, pairs, classAt, [all, ...parts]);
  return {
    similarities,
    explained: similarities.filter(isExplained).reduce((sum, { similarity }) => sum + similarity ** 2, 0),
    restrictedLoss: restrictedLossOf(characters, pairs, all),
    ...(whole === undefined
      ? {}
      : {
          excludedLoss: {
            all: whole,
            byCharacter: Object.fromEntries(keys.map(({ character }, i) => [character.name, alone[i]])),
          },
        }),
  };
}

/** √Σ (χ(x·y·z⁻¹) ÷ χ(1))² over all n³ entries, by Σ_g (χ(g) ÷ χ(1))² = n ÷ rank. */
const cubeLength = ({ rank }: Character, n: number): number => n * Math.sqrt(n / rank);

/** The logits of one x with the mean of each row subtracted, `[n, n]`, in a buffer of the caller. */
function centred(logits: Reals, n: number, out: Float64Array): void {
  for (let at = 0; at < n * n; at += n) {
    let sum = 0;
    for (let z = 0; z < n; z++) sum += logits[at + z];
    const mean = sum / n;
    for (let z = 0; z < n; z++) out[at + z] = logits[at + z] - mean;
  }
}

/** `[n, n]` the centred logits z added up over the pairs of each product p, and Σ of their squares. */
function centredSums(
  { group: { order: n, table } }: Characters,
  { logitsOf }: PairLogits,
): { readonly sums: Float64Array; readonly squares: number } {
  const sums = new Float64Array(n * n);
  const rows = new Float64Array(n * n);
  let squares = 0;
  for (let x = 0; x < n; x++) {
    centred(logitsOf(x), n, rows);
    squares += sumOfSquares(rows);
    for (let y = 0; y < n; y++) {
      const [from, to] = [y * n, table[x * n + y] * n];
      for (let z = 0; z < n; z++) sums[to + z] += rows[from + z];
    }
  }
  return { sums, squares };
}

/** The mean loss of logits f(x·y·z⁻¹), f by class: a pair that wants c has one of n losses, that of x·y·c⁻¹ in f. */
function restrictedLossOf(
  { group: { order: n, table, inverse }, classes: { classOf } }: Characters,
  { label, train, test }: PairLogits,
  byClass: Float64Array,
): SplitMeans {
  const values = Float64Array.from(classOf, (c) => byClass[c]);
  const every = Float64Array.from({ length: n }, (_, g) => plainLosses(values, n, [g], n)[0]);
  const losses = Float64Array.from(table, (product, i) => {
    const wanted = label ? label[i] : product;
    return wanted < 0 ? NaN : every[table[product * n + inverse[wanted]]];
  });
  return splitMeans(losses, { train, test });
}

/** For each part f by class: the mean loss on the training pairs of the centred logits less f(x·y·z⁻¹). */
function excludedLosses(
  { group: { order: n, table } }: Characters,
  { logitsOf, label, train }: PairLogits,
  classAt: Int32Array,
  parts: readonly Float64Array[],
): readonly number[] {
  const totals = parts.map(() => 0);
  if (train.length === 0) return [];
  const ofFirst = Array.from({ length: n }, (): number[] => []);
  for (const row of train) ofFirst[Math.floor(row / n)].push(row % n);
  const rows = new Float64Array(n * n);
  const left = new Float64Array(n * n);
  ofFirst.forEach((seconds, x) => {
    if (seconds.length === 0) return;
    centred(logitsOf(x), n, rows);
    const wanted = seconds.map((y) => (label ? label[x * n + y] : table[x * n + y]));
    parts.forEach((part, i) => {
      seconds.forEach((y, r) => {
        const product = table[x * n + y] * n;
        for (let z = 0; z < n; z++) left[r * n + z] = rows[y * n + z] - part[classAt[product + z]];
      });
      for (const loss of rowLosses(left, n, wanted)) totals[i] += loss;
    });
  });
  return totals.map((total) => total / train.length);
}
