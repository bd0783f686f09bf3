import type { TaskKind } from '@grokscope/schema';
import { MAX_MODULUS, taskKinds } from '@grokscope/schema';
import { arithmeticTeaches } from './modular-arithmetic.js';
import { polynomialTeaches } from './modular-polynomial.js';

/** A task as lists show it. */
export interface TaskDescription {
  readonly kind: TaskKind;
  readonly teaches: string;
  /** What may be set, by key: what is allowed. */
  readonly parameters: Readonly<Record<string, string>>;
}

const p = `an integer from 2 to ${MAX_MODULUS}`;

function parametersOf(kind: TaskKind): Readonly<Record<string, string>> {
  if (kind === 'modularDivision') return { p: `a prime number up to ${MAX_MODULUS}` };
  if (kind !== 'modularPolynomial') return { p };
  return { p, expression: 'a polynomial in x and y: + - * ^ ( ) and integers, such as x^2 + x*y + y^2' };
}

/** Every task this version can train. */
export const taskCatalogue: readonly TaskDescription[] = taskKinds.map((kind) => ({
  kind,
  teaches: kind === 'modularPolynomial' ? polynomialTeaches : arithmeticTeaches[kind],
  parameters: parametersOf(kind),
}));
