import { createRandom, invariant, type Random } from '@grokscope/base';
import type { FiniteGroup } from '@grokscope/tasks';
import type { Characters, Unnamed } from './character.js';
import { realClasses, type RealClasses } from './classes.js';
import { commonEigenvectors, dot, image } from './common-eigenvectors.js';
import { namesOf } from './names.js';

/** Tolerance for products and norms of characters. */
const TOLERANCE = 1e-9;
const ATTEMPTS = 10;

/**
 * The real irreducible characters of a group, from its table alone. Takes O(n·c) for n elements in c real classes, and
 * O(c³) beside.
 *
 * The class sums K_R = Σ_{g ∈ R} g span a commutative algebra: K_R·K_S = Σ_T a_RST K_T. A character gives each class
 * sum a number ω(K_S) = |S|·χ(S)/χ(1), and these numbers are an eigenvector of every matrix (a_RST)_ST, so of random
 * combinations of them. With ranks from |G| / rank = Σ ω(K_S)²/|S| the characters follow. Classes stand together with
 * those of inverses: the matrices, scaled by √|S|, are then symmetric, and conjugate characters appear as their sum.
 *
 * Each result is checked to be an eigenvector of a further combination, and all to be orthogonal and of whole ranks, to
 * 1e-9; otherwise other combinations are tried.
 *
 * Source: Burnside–Dixon: J. D. Dixon, *High speed computation of group characters*, Numerische Mathematik 10 (1967).
 *
 * @param generator of a cyclic group: the element that counts as 1; default: the smallest that generates the group.
 */
export function irreducibleCharacters(group: FiniteGroup, generator?: number): Characters {
  const classes = realClasses(group);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = createRandom(attempt).split('class sums');
    const found = charactersBy(group, classes, random);
    if (!found) continue;
    const names = namesOf(group, classes, found, generator);
    const named = found.map((character, i) => ({ ...character, name: names[i] }));
    // Frequencies are in their order; names that are not numbers keep their places.
    return { group, classes, list: named.sort((a, b) => Number(a.name) - Number(b.name) || 0) };
  }
  invariant(false, `irreducibleCharacters: none of ${ATTEMPTS} combinations separated the characters`);
}

/** The characters from one combination of class sums; undefined if it did not separate them. */
function charactersBy(
  group: FiniteGroup,
  classes: RealClasses,
  random: Random,
): readonly Unnamed[] | undefined {
  const { order: n } = group;
  const { count, size } = classes;
  const combination = (): Float64Array => randomCombination(group, classes, random);
  const vectors = commonEigenvectors(combination(), combination(), count);
  const another = combination();
  if (!vectors.every((vector) => isEigenvector(another, vector))) return undefined;
  const found: Unnamed[] = [];
  for (const vector of vectors) {
    const rank = Math.round(n * vector[0] ** 2);
    if (rank < 1 || Math.abs(n * vector[0] ** 2 - rank) > TOLERANCE * n) return undefined;
    const ratios = vector.map((x, s) => x / (vector[0] * Math.sqrt(size[s])));
    found.push({ dimension: dimensionOf(rank), rank, isTrivial: ratios.every((x) => x > 1 - 1e-6), ratios });
  }
  const isWhole = found.every(({ dimension }) => Number.isInteger(dimension));
  const total = found.reduce((sum, { rank }) => sum + rank, 0);
  if (!isWhole || total !== n || !areOrthogonal(found, classes, n)) return undefined;
  return found.sort(byDimensionAndValues);
}

/** χ(1): d where the rank is d², 2d where it is 2d²; no number is both. */
function dimensionOf(rank: number): number {
  const root = Math.sqrt(rank);
  return Number.isInteger(root) ? root : 2 * Math.sqrt(rank / 2);
}

/** `[count, count]` symmetric: Σ_R r_R a_RST √|T|/√|S| with normal random numbers r, of which each class has one. */
function randomCombination(
  { order: n, table, inverse }: FiniteGroup,
  { count, classOf, size, first }: RealClasses,
  random: Random,
): Float64Array {
  // Each class has the same weight, whatever its size.
  const weights = Float64Array.from(size, (elements) => random.nextNormal() / elements);
  const sums = new Float64Array(count * count);
  for (let t = 0; t < count; t++)
    for (let y = 0; y < n; y++)
      sums[classOf[y] * count + t] += weights[classOf[table[first[t] * n + inverse[y]]]];
  const matrix = new Float64Array(count * count);
  for (let s = 0; s < count; s++)
    for (let t = 0; t <= s; t++) {
      const value = sums[s * count + t] * Math.sqrt(size[t] / size[s]);
      matrix[s * count + t] = value;
      matrix[t * count + s] = value;
    }
  return matrix;
}

/** Whether M·v is a multiple of v, a vector of length 1. */
function isEigenvector(matrix: Float64Array, vector: Float64Array): boolean {
  const found = image(matrix, vector);
  const value = dot(found, vector);
  const rest = found.map((x, i) => x - value * vector[i]);
  return Math.sqrt(dot(rest, rest)) <= TOLERANCE;
}

function areOrthogonal(found: readonly Unnamed[], { size }: RealClasses, n: number): boolean {
  return found.every((a, i) =>
    found.every((b, j) => {
      if (j > i) return true;
      const wanted = i === j ? 1 : 0;
      let sum = 0;
      for (let s = 0; s < size.length; s++) sum += size[s] * a.ratios[s] * b.ratios[s];
      return Math.abs((sum * Math.sqrt(a.rank * b.rank)) / n - wanted) <= TOLERANCE;
    }),
  );
}

/** Trivial first, then by dimension; of one dimension those of smaller rank first, then those of larger values. */
function byDimensionAndValues(a: Unnamed, b: Unnamed): number {
  if (a.isTrivial !== b.isTrivial) return a.isTrivial ? -1 : 1;
  const differs = a.dimension - b.dimension || a.rank - b.rank;
  if (differs !== 0) return differs;
  const at = a.ratios.findIndex((x, s) => Math.abs(x - b.ratios[s]) > 1e-6);
  return at < 0 ? 0 : b.ratios[at] - a.ratios[at];
}
