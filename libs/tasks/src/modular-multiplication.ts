import * as E from 'fp-ts/lib/Either.js';
import { multiplicative } from './arithmetic/cyclic.js';
import { modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe } from './forms/preset.js';

/** a · b mod p. */
export const modularMultiplication = pairTask({
  kind: 'modularMultiplication',
  teaches: 'a · b mod p: addition in disguise, on the exponents of a generator, with 0 apart',
  parameters: { p: modulus },
  exampleCount: ({ p }) => p * p,
  words: ({ p }) => ({ title: `a × b mod ${p}`, sign: '×', ...pairsModulo(p) }),
  pairs: ({ p }) => {
    const structure = multiplicative(p, 1);
    return E.right({
      ...{ n: p, p, firstB: 0, answer: (a, b) => (a * b) % p },
      ...(structure === undefined ? {} : { structure }),
    });
  },
  presets: [
    preset(
      'multiplication',
      'a · b mod 113: addition of exponents in disguise; the waves are over the powers of a generator, not over 0 … 112.',
      recipe({ kind: 'modularMultiplication', p: 113 }),
    ),
  ],
});
