import type { Dataset } from '@grokscope/tasks';

/**
 * The cyclic group over which a task's waves run, for a reader of its frequencies: each key frequency k is the wave
 * cos(w_k · `phase`), which peaks at the right answer c to a and b.
 */
export interface GroupWords {
  readonly kind: 'cyclic';
  /** n: the waves are w_k = 2πk/n. */
  readonly order: number;
  /** `addition mod 113`, `division mod 29`. */
  readonly operation: string;
  /** What is added: `a − b − c`, `log a + log b − log c`. */
  readonly phase: string;
  /** What each of a, b and c represents. */
  readonly signs: { readonly a: 1; readonly b: 1 | -1; readonly c: -1 };
  /** Of multiplication and division mod a prime: `log x` is the power of this number that x is; 0 has none. */
  readonly generator?: number;
}

/** The group of a task on pairs in words; undefined if it has no cyclic group. */
export function groupWords({
  kind,
  structure,
  dVocab,
}: Pick<Dataset, 'kind' | 'structure' | 'dVocab'>): GroupWords | undefined {
  if (structure?.kind !== 'cyclic') return undefined;
  const { order, elementOf, secondSign, operation = kind } = structure;
  const isPlain = elementOf.every((element, token) => element === token || element < 0);
  // Tokens are the numbers 0 … p−1 and "="; of a multiplicative group 0 is no member.
  const isMultiplicative = !isPlain && order === dVocab - 2 && elementOf[0] < 0;
  const name = isPlain ? '' : isMultiplicative ? 'log ' : 'value of ';
  const modulus = isMultiplicative ? order + 1 : order;
  return {
    kind: 'cyclic',
    order,
    operation: `${operation} mod ${modulus}`,
    phase: `${name}a ${secondSign === 1 ? '+' : '−'} ${name}b − ${name}c`,
    signs: { a: 1, b: secondSign, c: -1 },
    ...(isMultiplicative ? { generator: elementOf.indexOf(order > 1 ? 1 : 0) } : {}),
  };
}
