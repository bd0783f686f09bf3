import { described, oneOf, specError, withDefault } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { inverseTable, isPrime } from './arithmetic/inverses.js';
import { MAX_MODULUS, modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe, split } from './forms/preset.js';

interface Operation {
  readonly title: string;
  /** Whether it divides, and so requires a prime p. */
  readonly divides: boolean;
  readonly answerMod: (p: number) => (x: number, y: number) => number;
}

/** The conditional operations of `openai/grok`, by their operations if the condition holds and if it does not. */
const operations = {
  /** There `(x._value//y)if(y._value%2==1)else(x-y)`, `mix1`. */
  divisionOrSubtraction: {
    title: 'x ÷ y if y is odd, else x − y',
    divides: true,
    answerMod: (p) => {
      const inverses = inverseTable(p);
      return (x, y) => (y % 2 === 1 ? (x * inverses[y]!) % p : (x - y + p) % p);
    },
  },
  /** There `+*`. */
  additionOrMultiplication: {
    title: 'x + y if x is even, else x × y',
    divides: false,
    answerMod: (p) => (x, y) => (x % 2 === 0 ? x + y : x * y) % p,
  },
  /** There `+-`. */
  additionOrSubtraction: {
    title: 'x + y if x is even, else x − y',
    divides: false,
    answerMod: (p) => (x, y) => (x % 2 === 0 ? x + y : x - y + p) % p,
  },
} as const satisfies Readonly<Record<string, Operation>>;

/**
 * One of two operations mod p, chosen by whether a number is odd: tokens `[x, y, "="]`.
 *
 * Source: Power et al., arXiv:2201.02177, section 3; `openai/grok`, `data.py`.
 */
export const conditional = pairTask({
  kind: 'conditional',
  teaches:
    'one of two operations mod p, as a number is odd or even: two circuits, and a bit that chooses between them',
  parameters: {
    p: described(modulus, `an integer from 2 to ${MAX_MODULUS}; a prime number for divisionOrSubtraction`),
    operation: withDefault(
      oneOf('divisionOrSubtraction', 'additionOrMultiplication', 'additionOrSubtraction'),
      'divisionOrSubtraction',
      'divisionOrSubtraction (x ÷ y if y is odd, else x − y), additionOrMultiplication or additionOrSubtraction (x + y if x is even, else x × y or x − y)',
    ),
  },
  rules: ({ p, operation }) =>
    !operations[operation].divides || isPrime(p)
      ? []
      : [specError('task.p', p, 'a prime number', `must be a prime number for ${operation}`)],
  exampleCount: ({ p }) => p * p,
  words: ({ p, operation }) => ({ title: `${operations[operation].title}, mod ${p}`, ...pairsModulo(p) }),
  exampleText: (_, { at, answers }) => `x = ${at(0)}, y = ${at(1)} → ${answers[0]}`,
  pairs: ({ p, operation }) => E.right({ n: p, p, firstB: 0, answer: operations[operation].answerMod(p) }),
  presets: [
    {
      ...preset(
        'conditional',
        'x + y or x − y, as x is even or odd: the pairs are learnt by heart, and a thousand steps later both rules and what chooses between them.',
        recipe({ kind: 'conditional', p: 53, operation: 'additionOrSubtraction' }, split(0.6), {
          optimizer: { lr: 0.005, weightDecay: 2 },
          training: { steps: 1500 },
          observe: { metricsEvery: 10, progressEvery: 25, checkpointEvery: 50 },
        }),
      ),
      after: 'permutations',
    },
  ],
});
