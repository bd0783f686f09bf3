import { integer, withDefault } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskShape } from './data/dataset.js';
import { preset, recipe, split } from './forms/preset.js';
import type { Table } from './forms/table.js';
import { tableTask } from './forms/task.js';

const LETTERS = 26;
const SHIFT = 13;
/** The most letters of a word: 26^letters words are kept. */
const MAX_LETTERS = 3;
const TEACHES =
  'each letter becomes the one 13 further: a table of 26 entries, learned by heart and at once; nothing to grok';

/** With the mainline's model: learned in a few hundred steps. */
const quick = {
  training: { steps: 1000 },
  observe: { metricsEvery: 5, progressEvery: 25, checkpointEvery: 100 },
};

/**
 * ROT13 of every word of `letters` letters: tokens `[l_1 … l_k, "=", r_1 … r_(k−1)]`, scored from "=" on, the wanted
 * tokens being r_1 … r_k, each the letter 13 places after its l. Words are in alphabetical order.
 *
 * What held-out words can show. In the multi-letter form (k ≥ 2) words are held out, not letters: every letter occurs
 * in training, so a network that has learned the 26 entries (and where to look) is right on words it has never seen as
 * soon as it is right on those it has; memorising words whole would show as a gap between the two. In the per-letter
 * form (k = 1) the held-out examples are letters whose entry was never shown. Nothing in the other entries tells a
 * network without an order of the alphabet what it must be, so a low accuracy on them says that the table was memorised
 * entry by entry and nothing more; it is not a delay, and no training time mends it. (Only the involution, r(r(l)) = l,
 * could be inferred from an entry seen the other way round.)
 *
 * Source: *What's Your Number? Interpreting Memorisation in Language Models*, the ROT13 task.
 */
export const rot13 = tableTask({
  kind: 'rot13',
  teaches: TEACHES,
  parameters: {
    /** 1 is the per-letter form. */
    letters: withDefault(integer(1, MAX_LETTERS), 2, `letters a word, an integer from 1 to ${MAX_LETTERS}`),
  },
  exampleCount: ({ letters }) => LETTERS ** letters,
  words: ({ letters }) => ({
    title: letters === 1 ? 'ROT13 of letters' : `ROT13 of words of ${letters} letters`,
    ...(letters === 1 ? { examples: 'letters' } : { examples: 'words', parts: 'letters' }),
    answers: { count: LETTERS, words: `${LETTERS} letters` },
  }),
  exampleText: ({ letters }, { text, answers }) => `${text(0, letters)} → ${answers.join('')}`,
  shape: ({ letters }) => E.right(shape(letters)),
  table: ({ letters }) => E.right(words(letters)),
  presets: [
    preset(
      'rot13',
      'ROT13 of two letters: 26 entries, learned at once and right on unseen words as soon as on seen ones; no grokking.',
      recipe({ kind: 'rot13', letters: 2 }, split(0.5), quick),
    ),
    preset(
      'rot13-letters',
      'ROT13 letter by letter, 6 of 26 held out: memorised at once, and nothing seen says what a held-out letter becomes.',
      recipe({ kind: 'rot13', letters: 1 }, split(0.78), quick),
    ),
  ],
});

/** The facts about the task that do not depend on its individual words. */
function shape(letters: number): TaskShape {
  return {
    kind: 'rot13',
    teaches: TEACHES,
    dVocab: LETTERS + 1,
    dVocabOut: LETTERS + 1,
    nCtx: 2 * letters,
    nScored: letters,
    positionsVary: false,
    vocabulary: [...'abcdefghijklmnopqrstuvwxyz', '='],
  };
}

/** Every word and its answer. */
function words(letters: number): Table {
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
    ...shape(letters),
    nExamples,
    tokens,
    labels,
    scoredPositions: Int32Array.from({ length: letters }, (_, at) => letters + at),
  };
}
