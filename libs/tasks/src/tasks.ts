import { partOf, type TaskSpec } from '@grokscope/schema';
import { characterAddition } from './character-addition.js';
import { conditional } from './conditional.js';
import { digitAddition } from './digit-addition.js';
import { groupComposition } from './group-composition.js';
import { modularAddition } from './modular-addition.js';
import { modularDivision } from './modular-division.js';
import { modularMultiplication } from './modular-multiplication.js';
import { modularPolynomial } from './modular-polynomial.js';
import { modularSubtraction } from './modular-subtraction.js';
import { permutationComposition } from './permutation-composition.js';
import { repeatedSubsequence } from './repeated-subsequence.js';
import { rot13 } from './rot13.js';
import { skipTrigram } from './skip-trigram.js';
import { sparseParity } from './sparse-parity.js';
import { table } from './table.js';
import { text } from './text.js';
import type { InputOf, SpecOf, Task } from './forms/task.js';

/** Every built-in task, in the order lists show them. */
export const builtInTasks = [
  modularAddition,
  modularSubtraction,
  modularMultiplication,
  modularDivision,
  modularPolynomial,
  characterAddition,
  rot13,
  digitAddition,
  repeatedSubsequence,
  skipTrigram,
  permutationComposition,
  groupComposition,
  conditional,
  sparseParity,
  table,
  text,
] as const;

type Each = (typeof builtInTasks)[number];

/** The spec of a built-in task, told apart by `kind`. */
export type BuiltInTaskSpec = { [T in Each as T['kind']]: SpecOf<T['kind'], T['parameters']> }[Each['kind']];
/** A built-in task as a user writes it: parameters with a default may be left out. */
export type BuiltInTaskInput = {
  [T in Each as T['kind']]: InputOf<T['kind'], T['parameters']>;
}[Each['kind']];

/** The task of this spec; undefined if it is not among them. */
export const taskOf = ({ kind }: TaskSpec, tasks: readonly Task[] = builtInTasks): Task | undefined =>
  partOf(tasks, kind);
