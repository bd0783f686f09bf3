import type { TaskSpecOf } from '@grokscope/schema';
import { additive, multiplicative } from './cyclic.js';
import type { PairTask } from './pair-task.js';
import type { TaskStructure } from './structure.js';

/** The spec of one of the four operations. */
export type ModularArithmeticSpec = TaskSpecOf<
  'modularAddition' | 'modularSubtraction' | 'modularMultiplication' | 'modularDivision'
>;

/** What each operation teaches, for people. */
export const arithmeticTeaches: Readonly<Record<ModularArithmeticSpec['kind'], string>> = {
  modularAddition:
    'a + b mod p: the published phase change; the network learns trigonometric identities on a few frequencies',
  modularSubtraction: 'a − b mod p: the same circle as addition, walked backwards; order matters',
  modularMultiplication: 'a · b mod p: addition in disguise, on the exponents of a generator, with 0 apart',
  modularDivision: 'a ÷ b mod p for b ≠ 0: multiplication by an inverse that is never shown',
};

/** a ∘ b mod p for one of the four operations; division by b means the c with c·b = a. */
export function modularArithmetic(spec: ModularArithmeticSpec): PairTask {
  const { kind, p } = spec;
  const firstB = kind === 'modularDivision' ? 1 : 0;
  const structure = structureOf(spec);
  return {
    kind,
    teaches: arithmeticTeaches[kind],
    n: p,
    p,
    firstB,
    answer: operation(spec),
    ...(structure === undefined ? {} : { structure }),
  };
}

function structureOf({ kind, p }: ModularArithmeticSpec): TaskStructure | undefined {
  switch (kind) {
    case 'modularAddition':
      return additive(p, 1);
    case 'modularSubtraction':
      return additive(p, -1);
    case 'modularMultiplication':
      return multiplicative(p, 1);
    case 'modularDivision':
      return multiplicative(p, -1);
    default:
      return kind satisfies never;
  }
}

function operation({ kind, p }: ModularArithmeticSpec): PairTask['answer'] {
  switch (kind) {
    case 'modularAddition':
      return (a, b) => (a + b) % p;
    case 'modularSubtraction':
      return (a, b) => (a - b + p) % p;
    case 'modularMultiplication':
      return (a, b) => (a * b) % p;
    case 'modularDivision': {
      const inverses = inverseTable(p);
      return (a, b) => (a * inverses[b]!) % p;
    }
    default:
      return kind satisfies never;
  }
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
