import { createRandom, shuffle } from '@grokscope/base';
import type { TaskSpecOf } from '@grokscope/schema';
import type { PairTask } from './pair-task.js';

/** What the task teaches, for people. */
export const characterAdditionTeaches =
  'two characters stand for hidden numbers; answer with the character of their sum mod n: the numbers must be found out';

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
export function characterAddition({
  kind,
  vocabulary: n,
  valueSeed,
}: TaskSpecOf<'characterAddition'>): PairTask {
  const valueOf = shuffle(
    Int32Array.from({ length: n }, (_, i) => i),
    createRandom(valueSeed).split('hidden values'),
  );
  const characterOf = new Int32Array(n);
  valueOf.forEach((value, character) => (characterOf[value] = character));
  return {
    kind,
    teaches: characterAdditionTeaches,
    n,
    p: n,
    names: LETTERS.slice(0, n),
    firstB: 0,
    answer: (a, b) => characterOf[(valueOf[a]! + valueOf[b]!) % n]!,
    structure: { kind: 'cyclic', order: n, elementOf: Int32Array.of(...valueOf, -1), secondSign: 1 },
  };
}
