import type { TaskKind } from '@grokscope/schema';
import { MAX_LENGTH, MAX_LETTERS, MAX_MODULUS, taskDefaults, taskKinds } from '@grokscope/schema';
import { characterAdditionTeaches } from './character-addition.js';
import { digitAdditionTeaches } from './digit-addition.js';
import { arithmeticTeaches } from './modular-arithmetic.js';
import { polynomialTeaches } from './modular-polynomial.js';
import { permutationTeaches } from './permutation-composition.js';
import { repeatedSubsequenceTeaches } from './repeated-subsequence.js';
import { rot13Teaches } from './rot13.js';
import { skipTrigramTeaches } from './skip-trigram.js';

/** A task as lists show it. */
export interface TaskDescription {
  readonly kind: TaskKind;
  readonly teaches: string;
  /** What may be set, by key: what is allowed. */
  readonly parameters: Readonly<Record<string, string>>;
}

type Parameters = Readonly<Record<string, string>>;
type Description = Omit<TaskDescription, 'kind'>;

const p: Parameters = { p: `an integer from 2 to ${MAX_MODULUS}` };

/** The keys of a task with defaults, each with what is allowed and the default. */
function withDefaults<K extends keyof typeof taskDefaults>(
  kind: K,
  allowed: Readonly<Record<keyof (typeof taskDefaults)[K], string>>,
): Parameters {
  const defaults: Readonly<Record<string, number>> = taskDefaults[kind];
  return Object.fromEntries(
    Object.entries<string>(allowed).map(([key, what]) => [key, `${what}; default ${defaults[key]}`]),
  );
}

const descriptions: Readonly<Record<TaskKind, Description>> = {
  modularAddition: { teaches: arithmeticTeaches.modularAddition, parameters: p },
  modularSubtraction: { teaches: arithmeticTeaches.modularSubtraction, parameters: p },
  modularMultiplication: { teaches: arithmeticTeaches.modularMultiplication, parameters: p },
  modularDivision: {
    teaches: arithmeticTeaches.modularDivision,
    parameters: { p: `a prime number up to ${MAX_MODULUS}` },
  },
  modularPolynomial: {
    teaches: polynomialTeaches,
    parameters: {
      ...p,
      expression: 'a polynomial in x and y: + - * ^ ( ) and integers, such as x^2 + x*y + y^2',
    },
  },
  characterAddition: {
    teaches: characterAdditionTeaches,
    parameters: withDefaults('characterAddition', {
      vocabulary: `characters, an integer from 2 to ${MAX_MODULUS}`,
      valueSeed: 'draws the hidden values, an integer of at least 0',
    }),
  },
  rot13: {
    teaches: rot13Teaches,
    parameters: withDefaults('rot13', { letters: `letters a word, an integer from 1 to ${MAX_LETTERS}` }),
  },
  digitAddition: {
    teaches: digitAdditionTeaches,
    parameters: withDefaults('digitAddition', { digits: 'digits of each number, an integer from 1 to 15' }),
  },
  repeatedSubsequence: {
    teaches: repeatedSubsequenceTeaches,
    parameters: withDefaults('repeatedSubsequence', {
      length: `tokens a sequence, an integer from 1 + repeats × subsequence to ${MAX_LENGTH}`,
      subsequence: 'tokens of the repeated part, an integer of at least 2',
      repeats: 'how often it stands there, an integer from 2 to 64',
      vocabulary: 'tokens there are, an integer from 3 to 65536',
    }),
  },
  skipTrigram: {
    teaches: skipTrigramTeaches,
    parameters: withDefaults('skipTrigram', {
      length: `tokens a sequence, an integer from 2 to ${MAX_LENGTH}`,
      markers: 'marker tokens, an integer from 2 to 1024',
      vocabulary: 'tokens there are, an integer from 2 × markers + 1 to 65536',
    }),
  },
  permutationComposition: {
    teaches: permutationTeaches,
    parameters: withDefaults('permutationComposition', {
      n: 'things permuted, an integer from 2 to 5 (S_6 would have 518,400 pairs)',
    }),
  },
};

/** Every task this version can train. */
export const taskCatalogue: readonly TaskDescription[] = taskKinds.map((kind) => ({
  kind,
  ...descriptions[kind],
}));
