import type { Random } from '@grokscope/base';
import type { SpecError } from '@grokscope/schema';
import { integer, specError, withDefault } from '@grokscope/schema';
import { drawnOnce, infinite, preset, recipe } from './forms/preset.js';
import type { SampledTask } from './forms/sampled-task.js';
import { MAX_LENGTH } from './forms/sampled-task.js';
import { drawnTask } from './forms/task.js';

const TEACHES =
  'predicting a random sequence when it comes again: only induction (find the last time, copy what came next) helps';

interface Sizes {
  readonly length: number;
  readonly subsequence: number;
  readonly repeats: number;
  readonly vocabulary: number;
}

const task = { kind: 'repeatedSubsequence', length: 85, subsequence: 16, repeats: 3, vocabulary: 128 };

/**
 * Source: the repeated subsequences of progress-measures-paper: 2 attention-only layers of width 48, lr 1e-3, weight
 * decay 1, betas (0.9, 0.999), 100 steps of warm-up, batches of 128. A single residual stream, where the published
 * checkpoint has x ← 2x + attn(x).
 */
const published = {
  name: 'repeated-subsequence',
  data: infinite,
  model: { nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
  optimizer: { betas: [0.9, 0.999] as [number, number], warmupSteps: 100 },
  training: { steps: 2000, batchSize: 128 },
  observe: { metricsEvery: 20, progressEvery: 100, checkpointEvery: 200 },
};

/**
 * Random tokens in which one random subsequence stands `repeats` times: token 0 first, then `repeats` intervals of
 * ⌊(length − 1) / repeats⌋ tokens, in each of which the subsequence begins at a random offset that keeps it inside; all
 * other tokens, those after the last interval included, are drawn uniformly from 1 … vocabulary − 1.
 *
 * The loss reads, in every repeat but the first, the positions of all its tokens but the last: what follows them can be
 * known from the repeats before. (Its first token cannot, since nothing indicates where a repeat begins.) The wanted
 * token is the next one of the sequence.
 *
 * Source: repeated subsequences in *A Mechanistic Interpretability Analysis of Grokking*: length 85, vocabulary 128, 16
 * tokens in 3 intervals of 28, so 2 × 15 scored positions.
 */
export const repeatedSubsequence = drawnTask({
  kind: 'repeatedSubsequence',
  teaches: TEACHES,
  parameters: {
    /** Tokens in a sequence, the first of them included. */
    length: withDefault(
      integer(5, MAX_LENGTH),
      85,
      `tokens a sequence, an integer from 1 + repeats × subsequence to ${MAX_LENGTH}`,
    ),
    /** Tokens of the part that is repeated. */
    subsequence: withDefault(
      integer(2, MAX_LENGTH),
      16,
      'tokens of the repeated part, an integer of at least 2',
    ),
    /** How often it occurs in a sequence. */
    repeats: withDefault(integer(2, 64), 3, 'how often it stands there, an integer from 2 to 64'),
    /** Number of tokens; 0 begins every sequence and occurs nowhere else. */
    vocabulary: withDefault(integer(3, 65536), 128, 'tokens there are, an integer from 3 to 65536'),
  },
  rules: lengthRules,
  exampleCount: ({ length, subsequence, repeats, vocabulary }) => {
    const places = Math.floor((length - 1) / repeats) - subsequence + 1;
    const drawn = length - 1 - (repeats - 1) * subsequence;
    return places ** repeats * (vocabulary - 1) ** drawn;
  },
  recipe: published,
  words: ({ length, subsequence, repeats, vocabulary }) => ({
    title: `${subsequence} tokens ${repeats} times among ${length}`,
    examples: 'sequences',
    parts: 'repeated tokens',
    answers: { count: vocabulary, words: `${vocabulary} tokens` },
    patterns: 'An induction head draws slanted lines, from a repeated token to what followed it before.',
    head: 'induction',
  }),
  exampleText: (_, { at, answers, structure, example }) => {
    const first = structure?.kind === 'repeats' ? structure.starts[example * structure.repeats]! : 0;
    return `${at(first)} ${at(first + 1)} … ${at(first)} → ${answers[0]}`;
  },
  sampler,
  presets: [
    preset(
      'repeated-subsequence',
      'Induction on ever new sequences: little for a thousand steps, then a phase change (published, with a doubled residual: near step 850).',
      recipe(task, published),
    ),
    preset(
      'induction',
      'The same with a tenth of the weight decay: a sharp phase change near step 800, and heads that stand out by their attention.',
      recipe(task, published, { optimizer: { weightDecay: 0.1 } }),
    ),
    preset(
      'repeated-subsequence-finite',
      'Induction on 512 fixed sequences: memorised first (published: by step 2,065) while the test loss rises far above guessing.',
      recipe(task, published, drawnOnce(512), {
        training: { steps: 20000 },
        observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 1000 },
      }),
    ),
  ],
});

function lengthRules({ length, subsequence, repeats }: Sizes): SpecError[] {
  const needed = 1 + repeats * subsequence;
  if (length >= needed) return [];
  const message = `is too short: 1 first token and ${repeats} × ${subsequence} repeated ones need ${needed}`;
  return [specError('task.length', length, `an integer of at least ${needed}`, message)];
}

function sampler({ length, subsequence, repeats, vocabulary }: Sizes): SampledTask {
  const interval = Math.floor((length - 1) / repeats);
  const ordinary = (random: Random): number => 1 + random.nextBelow(vocabulary - 1);
  return {
    kind: 'repeatedSubsequence',
    teaches: TEACHES,
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
