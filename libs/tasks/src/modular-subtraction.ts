import * as E from 'fp-ts/lib/Either.js';
import { additive } from './arithmetic/cyclic.js';
import { modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe } from './forms/preset.js';

/** a − b mod p. */
export const modularSubtraction = pairTask({
  kind: 'modularSubtraction',
  teaches: 'a − b mod p: the same circle as addition, walked backwards; order matters',
  parameters: { p: modulus },
  exampleCount: ({ p }) => p * p,
  words: ({ p }) => ({ title: `a − b mod ${p}`, sign: '−', ...pairsModulo(p) }),
  pairs: ({ p }) =>
    E.right({ n: p, p, firstB: 0, answer: (a, b) => (a - b + p) % p, structure: additive(p, -1) }),
  presets: [
    preset(
      'subtraction',
      'a − b mod 113 on the published recipe: the same circle as addition, but now the order of a and b matters.',
      recipe({ kind: 'modularSubtraction', p: 113 }),
    ),
  ],
});
