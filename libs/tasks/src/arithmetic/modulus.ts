import { integer, titled } from '@grokscope/schema';

/** The largest modulus: the full table has p² examples, and a step on all of them at once must fit in memory. */
export const MAX_MODULUS = 500;

/** The modulus of a task on numbers. */
export const modulus = titled(integer(2, MAX_MODULUS), 'modulus p');

/** The words for the examples and answers of a task on pairs of numbers mod p. */
export const pairsModulo = (p: number) =>
  ({ examples: 'pairs', answers: { count: p, words: `${p} answers` } }) as const;
