import { invariant } from '@grokscope/base';
import type { CyclicStructure } from '../data/structure.js';

/** Z_n under the names 0 … n−1, apart from "=". */
export const additive = (n: number, secondSign: 1 | -1): CyclicStructure => ({
  kind: 'cyclic',
  order: n,
  elementOf: Int32Array.from({ length: n + 1 }, (_, token) => (token < n ? token : -1)),
  secondSign,
  operation: secondSign === 1 ? 'addition' : 'subtraction',
});

/**
 * The numbers 1 … p−1 under multiplication mod a prime p as exponents of the smallest generator g: element e is g^e.
 * Undefined for a composite p, whose numbers do not form a cyclic group.
 */
export function multiplicative(p: number, secondSign: 1 | -1): CyclicStructure | undefined {
  for (let divisor = 2; divisor * divisor <= p; divisor++) if (p % divisor === 0) return undefined;
  for (let generator = 1; generator < p; generator++) {
    const elementOf = exponentsOf(generator, p);
    if (elementOf === undefined) continue;
    const operation = secondSign === 1 ? 'multiplication' : 'division';
    return { kind: 'cyclic', order: p - 1, elementOf, secondSign, operation };
  }
  invariant(false, `multiplicative: the prime ${p} has no generator`);
}

/** `[p + 1]` exponents, or undefined if the powers of `generator` are not all of 1 … p−1. */
function exponentsOf(generator: number, p: number): Int32Array | undefined {
  const elementOf = new Int32Array(p + 1).fill(-1);
  let power = 1;
  for (let exponent = 0; exponent < p - 1; exponent++) {
    if (elementOf[power] !== -1) return undefined;
    elementOf[power] = exponent;
    power = (power * generator) % p;
  }
  return elementOf;
}
