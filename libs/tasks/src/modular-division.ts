import { described, specError } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { multiplicative } from './arithmetic/cyclic.js';
import { inverseTable, isPrime } from './arithmetic/inverses.js';
import { MAX_MODULUS, modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe } from './forms/preset.js';

/** a ÷ b mod a prime p, for b ≠ 0: the c with c·b = a. */
export const modularDivision = pairTask({
  kind: 'modularDivision',
  teaches: 'a ÷ b mod p for b ≠ 0: multiplication by an inverse that is never shown',
  parameters: { p: described(modulus, `a prime number up to ${MAX_MODULUS}`) },
  rules: ({ p }) =>
    // Every non-zero number needs an inverse.
    isPrime(p)
      ? []
      : [specError('task.p', p, 'a prime number', 'must be a prime number for modularDivision')],
  exampleCount: ({ p }) => p * (p - 1),
  words: ({ p }) => ({ title: `a ÷ b mod ${p}`, sign: '÷', ...pairsModulo(p) }),
  pairs: ({ p }) => {
    const inverses = inverseTable(p);
    const structure = multiplicative(p, -1);
    return E.right({
      ...{ n: p, p, firstB: 1, answer: (a, b) => (a * inverses[b]!) % p },
      ...(structure === undefined ? {} : { structure }),
    });
  },
  presets: [
    preset(
      'division',
      'a ÷ b mod 113: subtraction of exponents; no inverse is ever shown.',
      recipe({ kind: 'modularDivision', p: 113 }),
    ),
  ],
});
