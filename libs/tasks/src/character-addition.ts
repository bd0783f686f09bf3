import { createRandom, shuffle } from '@grokscope/base';
import { integer, titled, withDefault } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { MAX_MODULUS } from './arithmetic/modulus.js';
import { pairTask, type Pairs } from './forms/pair-task.js';
import { preset, recipe } from './forms/preset.js';

/** Letters that look different from each other, in this order: 26 small, 26 capital, then accented Latin and phonetic. */
const LETTERS: readonly string[] = [
  ...'abcdefghijklmnopqrstuvwxyz',
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ...Array.from({ length: 0x2b0 - 0xc0 }, (_, i) => String.fromCodePoint(0xc0 + i)).filter(
    (letter) => letter !== '×' && letter !== '÷',
  ),
];

/**
 * Character addition mod n: tokens `[a, b, "="]` where a and b are two of n characters; the answer is the character
 * whose hidden value is the sum of theirs mod n.
 *
 * The hidden values are a permutation of 0 … n−1 drawn by `valueSeed`. The network sees characters only; the values
 * are in `structure.elementOf`, for a report that reveals them. A relabelling of addition mod n, so that whatever a
 * network does for one it can do for the other: its tokens' rows are drawn at random either way.
 *
 * Source: *What's Your Number? Interpreting Memorisation in Language Models*, the character addition task.
 */
export const characterAddition = pairTask({
  kind: 'characterAddition',
  teaches:
    'two characters stand for hidden numbers; answer with the character of their sum mod n: the numbers must be found out',
  parameters: {
    /** Number of characters n; their hidden values are a permutation of 0 … n−1. */
    vocabulary: withDefault(
      titled(integer(2, MAX_MODULUS), 'vocabulary (number of characters)'),
      113,
      `characters, an integer from 2 to ${MAX_MODULUS}`,
    ),
    /** Draws the hidden values. */
    valueSeed: withDefault(integer(0), 0, 'draws the hidden values, an integer of at least 0'),
  },
  exampleCount: ({ vocabulary }) => vocabulary * vocabulary,
  words: ({ vocabulary }) => ({
    title: `sums of ${vocabulary} characters with hidden numbers`,
    examples: 'pairs',
    answers: { count: vocabulary, words: `${vocabulary} answers` },
    sign: '+',
  }),
  pairs: ({ vocabulary, valueSeed }) => E.right(characterSums(vocabulary, valueSeed)),
  presets: [
    preset(
      'character-addition',
      'Characters with hidden numbers: addition mod 113 where the network has to find out which character is which number.',
      recipe({ kind: 'characterAddition', vocabulary: 113, valueSeed: 0 }),
    ),
  ],
});

function characterSums(n: number, valueSeed: number): Pairs {
  const valueOf = shuffle(
    Int32Array.from({ length: n }, (_, i) => i),
    createRandom(valueSeed).split('hidden values'),
  );
  const characterOf = new Int32Array(n);
  valueOf.forEach((value, character) => (characterOf[value] = character));
  return {
    n,
    p: n,
    names: LETTERS.slice(0, n),
    firstB: 0,
    answer: (a, b) => characterOf[(valueOf[a]! + valueOf[b]!) % n]!,
    structure: {
      kind: 'cyclic',
      order: n,
      elementOf: Int32Array.of(...valueOf, -1),
      secondSign: 1,
      operation: 'addition of hidden values',
      isHidden: true,
    },
  };
}
