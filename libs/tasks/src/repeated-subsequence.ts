import type { Random } from '@grokscope/base';
import type { TaskSpecOf } from '@grokscope/schema';
import type { SampledTask } from './sampled-task.js';

/** What the task teaches, for people. */
export const repeatedSubsequenceTeaches =
  'predicting a random sequence when it comes again: only induction (find the last time, copy what came next) helps';

/**
 * Random tokens in which one random subsequence stands `repeats` times: token 0 first, then `repeats` intervals of
 * ⌊(length − 1) / repeats⌋ tokens, in each of which the subsequence begins at a random offset that keeps it inside;
 * all other tokens, those after the last interval included, are drawn uniformly from 1 … vocabulary − 1.
 *
 * The loss reads, in every repeat but the first, the positions of all its tokens but the last: what follows them can
 * be known from the repeats before. (Its first token cannot: nothing says where a repeat begins.) The wanted token is
 * the next one of the sequence.
 *
 * Source: repeated subsequences in *A Mechanistic Interpretability Analysis of Grokking*: length 85, vocabulary 128,
 * 16 tokens in 3 intervals of 28, so 2 × 15 scored positions.
 */
export function repeatedSubsequence(spec: TaskSpecOf<'repeatedSubsequence'>): SampledTask {
  const { kind, length, subsequence, repeats, vocabulary } = spec;
  const interval = Math.floor((length - 1) / repeats);
  const ordinary = (random: Random): number => 1 + random.nextBelow(vocabulary - 1);
  return {
    kind,
    teaches: repeatedSubsequenceTeaches,
    dVocab: vocabulary,
    dVocabOut: vocabulary,
    nCtx: length,
    nScored: (repeats - 1) * (subsequence - 1),
    positionsVary: true,
    vocabulary: Array.from({ length: vocabulary }, (_, token) => (token === 0 ? 'BOS' : String(token))),
    nPlaces: repeats,
    answers: Int32Array.from({ length: vocabulary - 1 }, (_, token) => token + 1),
    draw: (random, { tokens, labels, scored, places }) => {
      tokens[0] = 0;
      for (let at = 1; at < length; at++) tokens[at] = ordinary(random);
      const repeated = Array.from({ length: subsequence }, () => ordinary(random));
      let s = 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const start = 1 + repeat * interval + random.nextBelow(interval - subsequence + 1);
        places[repeat] = start;
        tokens.set(repeated, start);
        if (repeat === 0) continue;
        for (let at = 0; at < subsequence - 1; at++, s++) {
          scored[s] = start + at;
          labels[s] = repeated[at + 1]!;
        }
      }
    },
    structureOf: (starts) => ({ kind: 'repeats', subsequence, repeats, starts }),
  };
}
