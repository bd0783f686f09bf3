import { described, specError } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { multiplicative } from './cyclic.js';
import { MAX_MODULUS, modulus, pairsModulo } from './modulus.js';
import { pairTask } from './pair-task.js';
import { preset, recipe } from './preset.js';

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

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

/**
 * The inverses of 1 … p−1 for a prime p (entry 0 is unused), from p = q·b + r:
 * the inverse of b is −q times the inverse of r, and r < b.
 */
function inverseTable(p: number): Int32Array {
  const inverses = new Int32Array(p);
  inverses[1] = 1;
  for (let b = 2; b < p; b++) {
    const q = Math.floor(p / b);
    inverses[b] = ((p - q) * inverses[p % b]!) % p;
  }
  return inverses;
}
