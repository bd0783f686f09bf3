import { createRandom, shuffle } from '@grokscope/base';
import { integer, specError, withDefault } from '@grokscope/schema';
import { drawnOnce, preset, recipe } from './forms/preset.js';
import type { SampledTask } from './forms/sampled-task.js';
import { MAX_LENGTH } from './forms/sampled-task.js';
import { drawnTask } from './forms/task.js';

const TEACHES =
  'the parity of a few hidden bits among many: nothing shows for long, and then the few are found at once';

interface Sizes {
  readonly bits: number;
  readonly subset: number;
  readonly subsetSeed: number;
}

/**
 * 1,000 fixed sequences, as in the second source; model and rates are this project's own: with seed 0 all sequences, seen and
 * unseen, are guessed until step 1,950 and right at 2,050.
 */
const ownRecipe = {
  name: 'sparse-parity',
  ...drawnOnce(1000),
  model: { dModel: 64, dHead: 16, dMlp: 256 },
  training: { steps: 2500, batchSize: 100 },
  observe: { metricsEvery: 50, progressEvery: 100, checkpointEvery: 100 },
} as const;

/** The token that asks for the answer. */
const EQUALS = 2;

/**
 * Sparse parity: `[b_1 … b_n, "="]` with n random bits; the answer, after "=", is the parity of `subset` of them, always
 * the same ones, which are drawn by `subsetSeed` and never shown.
 *
 * Sources: Barak et al., *Hidden Progress in Deep Learning: SGD Learns Parities Near the Computational Limit*,
 * arXiv:2207.08799; Merrill, Tsilivis and Shukla, *A Tale of Two Circuits*, arXiv:2303.11873 (40 bits, 3 of them, 1,000
 * examples).
 */
export const sparseParity = drawnTask({
  kind: 'sparseParity',
  teaches: TEACHES,
  parameters: {
    /** Bits in a sequence. */
    bits: withDefault(integer(2, MAX_LENGTH - 1), 40, `bits, an integer from 2 to ${MAX_LENGTH - 1}`),
    /** How many of them count. */
    subset: withDefault(integer(1, MAX_LENGTH - 1), 3, 'how many of them count, an integer from 1 to bits'),
    /** Seed that selects them. */
    subsetSeed: withDefault(integer(0), 0, 'draws which count, an integer of at least 0'),
  },
  rules: ({ bits, subset }) =>
    subset <= bits
      ? []
      : [
          specError(
            'task.subset',
            subset,
            `an integer from 1 to ${bits}`,
            `must be some of the ${bits} bits`,
          ),
        ],
  operandCount: ({ bits }) => bits,
  exampleCount: ({ bits }) => 2 ** bits,
  recipe: ownRecipe,
  presets: [
    preset(
      'sparse-parity',
      'The parity of 3 of 40 bits: guessed for two thousand steps, then right on all sequences at once, seen and unseen.',
      recipe({ kind: 'sparseParity', bits: 40, subset: 3, subsetSeed: 0 }, ownRecipe),
    ),
  ],
  words: ({ bits, subset }) => ({
    title: `the parity of ${subset} of ${bits} bits`,
    examples: 'sequences',
    answers: { count: 2, words: '2 answers' },
    patterns: 'The last row gives the answer; dark cells in it are the bits that count.',
  }),
  exampleText: ({ bits }, { text, answers }) => `${text(0, bits)} → ${answers[0]}`,
  sampler,
});

function sampler({ bits, subset: count, subsetSeed }: Sizes): SampledTask {
  const subset = subsetOf(bits, count, subsetSeed);
  return {
    kind: 'sparseParity',
    teaches: TEACHES,
    dVocab: 3,
    dVocabOut: 3,
    nCtx: bits + 1,
    nScored: 1,
    positionsVary: false,
    operands: { count: bits, values: 2, answers: 2 },
    vocabulary: ['0', '1', '='],
    fixedPositions: Int32Array.of(bits),
    nPlaces: 0,
    answers: Int32Array.of(0, 1),
    draw: (random, { tokens, labels }) => {
      for (let at = 0; at < bits; at++) tokens[at] = random.nextBelow(2);
      tokens[bits] = EQUALS;
      let parity = 0;
      for (const at of subset) parity ^= tokens[at]!;
      labels[0] = parity;
    },
    structureOf: () => ({ kind: 'parity', subset }),
  };
}

/** `count` of the positions 0 … bits−1, ascending. */
function subsetOf(bits: number, count: number, subsetSeed: number): Int32Array {
  const positions = Int32Array.from({ length: bits }, (_, at) => at);
  return shuffle(positions, createRandom(subsetSeed).split('hidden bits')).slice(0, count).sort();
}
