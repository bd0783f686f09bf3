import type { TaskSpecOf } from '@grokscope/schema';
import type { TaskShape } from './dataset.js';
import type { Table } from './table.js';

/** What the task teaches, for people. */
export const rot13Teaches =
  'each letter becomes the one 13 further: a table of 26 entries, learned by heart and at once; nothing to grok';

const LETTERS = 26;
const SHIFT = 13;

/** What the task is, whichever of its words are looked at. */
export function rot13Shape({ kind, letters }: TaskSpecOf<'rot13'>): TaskShape {
  return {
    kind,
    teaches: rot13Teaches,
    dVocab: LETTERS + 1,
    dVocabOut: LETTERS + 1,
    nCtx: 2 * letters,
    nScored: letters,
    positionsVary: false,
    vocabulary: [...'abcdefghijklmnopqrstuvwxyz', '='],
  };
}

/**
 * ROT13 of every word of `letters` letters: tokens `[l_1 … l_k, "=", r_1 … r_(k−1)]`, scored from "=" on, the wanted
 * tokens being r_1 … r_k, each the letter 13 places after its l. Words stand in alphabetical order.
 *
 * What held-out words can show. In the multi-letter form (k ≥ 2) words are held out, not letters: every letter occurs
 * in training, so a network that has learned the 26 entries (and where to look) is right on words it has never seen
 * as soon as it is right on those it has; memorising words whole would show as a gap between the two. In the
 * per-letter form (k = 1) the held-out examples are letters whose entry was never shown. Nothing in the other entries
 * tells a network without an order of the alphabet what it must be, so a low accuracy on them says that the table was
 * memorised entry by entry and nothing more; it is not a delay, and no training time mends it. (Only the involution,
 * r(r(l)) = l, could be inferred from an entry seen the other way round.)
 *
 * Source: *What's Your Number? Interpreting Memorisation in Language Models*, the ROT13 task.
 */
export function rot13(task: TaskSpecOf<'rot13'>): Table {
  const { letters } = task;
  const nExamples = LETTERS ** letters;
  const nCtx = 2 * letters;
  const tokens = new Int32Array(nExamples * nCtx);
  const labels = new Int32Array(nExamples * letters);
  for (let word = 0; word < nExamples; word++) {
    let rest = word;
    for (let at = letters - 1; at >= 0; at--) {
      const letter = rest % LETTERS;
      const turned = (letter + SHIFT) % LETTERS;
      rest = Math.floor(rest / LETTERS);
      tokens[word * nCtx + at] = letter;
      labels[word * letters + at] = turned;
      if (at < letters - 1) tokens[word * nCtx + letters + 1 + at] = turned;
    }
    tokens[word * nCtx + letters] = LETTERS;
  }
  return {
    ...rot13Shape(task),
    nExamples,
    tokens,
    labels,
    scoredPositions: Int32Array.from({ length: letters }, (_, at) => letters + at),
  };
}
