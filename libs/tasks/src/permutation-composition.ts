import type { TaskSpecOf } from '@grokscope/schema';
import type { PairTask } from './pair-task.js';

/** What the task teaches, for people. */
export const permutationTeaches =
  'composition of permutations: a group in which order matters, so no circle of numbers can carry it';

/**
 * f ∘ g in S_n (g is applied first): tokens `[f, g, "="]`, where f and g are two of the n! permutations, in
 * lexicographic order of their images; a token reads as these images, `2314` for 1→2, 2→3, 3→1, 4→4.
 *
 * Source: Power et al., *Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets*, arXiv:2201.02177
 * (S_5).
 */
export function permutationComposition({ kind, n }: TaskSpecOf<'permutationComposition'>): PairTask {
  const permutations = permutationsOf(Array.from({ length: n }, (_, i) => i));
  const nameOf = (images: readonly number[]): string => images.map((image) => image + 1).join('');
  const tokens = new Map(permutations.map((images, token) => [nameOf(images), token]));
  const compose = (f: readonly number[], g: readonly number[]): readonly number[] => g.map((i) => f[i]!);
  return {
    kind,
    teaches: permutationTeaches,
    n: permutations.length,
    names: permutations.map(nameOf),
    firstB: 0,
    answer: (f, g) => tokens.get(nameOf(compose(permutations[f]!, permutations[g]!)))!,
    structure: { kind: 'permutations', n, images: Int32Array.from(permutations.flat()) },
  };
}

/** All orders of `items`, lexicographically. */
function permutationsOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first) =>
    permutationsOf(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}
