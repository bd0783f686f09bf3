import Type from 'typebox';
import { withDefault } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { permutationsOf } from './groups/named-groups.js';
import { pairTask, type Pairs } from './forms/pair-task.js';
import { preset, recipe, split } from './forms/preset.js';

/** n!, n from 1 to 5. */
const FACTORIALS = [1, 2, 6, 24, 120];

/**
 * f ∘ g in S_n (g is applied first): tokens `[f, g, "="]`, where f and g are two of the n! permutations, in
 * lexicographic order of their images; a token reads as these images, `2314` for 1→2, 2→3, 3→1, 4→4.
 *
 * Source: Power et al., *Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets*, arXiv:2201.02177
 * (S_5).
 */
export const permutationComposition = pairTask({
  kind: 'permutationComposition',
  teaches:
    'composition of permutations: a group in which order matters, so no circle of numbers can carry it',
  parameters: {
    n: withDefault(
      Type.Integer({
        minimum: 2,
        maximum: 5,
        allowed: 'an integer from 2 to 5 (the table of S_6 would have 720² = 518,400 pairs)',
      }),
      5,
      'things permuted, an integer from 2 to 5 (S_6 would have 518,400 pairs)',
    ),
  },
  exampleCount: ({ n }) => FACTORIALS[n - 1]! ** 2,
  words: ({ n }) => ({
    title: `f ∘ g in S_${n}`,
    examples: 'pairs',
    answers: { count: FACTORIALS[n - 1]!, words: `${FACTORIALS[n - 1]} answers` },
    sign: '∘',
  }),
  pairs: ({ n }) => E.right(compositions(n)),
  presets: [
    {
      ...preset(
        'permutations',
        'Composition in S_5, half of its 14,400 pairs seen: a group in which order matters.',
        recipe({ kind: 'permutationComposition', n: 5 }, split(0.5)),
      ),
      after: 'polynomial',
    },
  ],
});

function compositions(n: number): Pairs {
  const permutations = permutationsOf(Array.from({ length: n }, (_, i) => i));
  const nameOf = (images: readonly number[]): string => images.map((image) => image + 1).join('');
  const tokens = new Map(permutations.map((images, token) => [nameOf(images), token]));
  const compose = (f: readonly number[], g: readonly number[]): readonly number[] => g.map((i) => f[i]!);
  return {
    n: permutations.length,
    names: permutations.map(nameOf),
    firstB: 0,
    answer: (f, g) => tokens.get(nameOf(compose(permutations[f]!, permutations[g]!)))!,
    structure: { kind: 'permutations', n, images: Int32Array.from(permutations.flat()) },
  };
}
