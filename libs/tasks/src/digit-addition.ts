import { integer, withDefault } from '@grokscope/schema';
import { drawnOnce, infinite, preset, recipe } from './forms/preset.js';
import type { SampledTask } from './forms/sampled-task.js';
import { drawnTask } from './forms/task.js';

const TEACHES =
  'long addition: each digit of the sum is a skill of its own, and they are learned one after another';

const [PLUS, EQUALS] = [10, 11];

const task = { kind: 'digitAddition', digits: 5 };

/**
 * Source: the 5-digit addition of progress-measures-paper: 1 layer of width 128, lr 1e-4, weight decay 0.1, batches
 * of 64.
 */
const published = {
  name: 'digit-addition',
  data: infinite,
  optimizer: { lr: 1e-4, weightDecay: 0.1 },
  training: { steps: 20000, batchSize: 64 },
  observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 1000 },
} as const;

/**
 * x + y = z with n digits each and n + 1 in the sum: 3n + 3 tokens, most significant digit first, leading zeros
 * written: `0 0 1 2 3 + 0 0 9 9 9 = 0 0 1 1 2 2`. Every digit of x and y is drawn uniformly. The loss reads the n + 1
 * positions from "=" on, whose wanted tokens are the digits of z; the last digit itself is not an input.
 *
 * Source: 5-digit addition in *A Mechanistic Interpretability Analysis of Grokking*: 18 tokens, vocabulary 12, loss on
 * the 6 answer tokens.
 */
export const digitAddition = drawnTask({
  kind: 'digitAddition',
  teaches: TEACHES,
  parameters: {
    /** Digits of each number added; the sum has one more. */
    digits: withDefault(integer(1, 15), 5, 'digits of each number, an integer from 1 to 15'),
  },
  exampleCount: ({ digits }) => 100 ** digits,
  recipe: published,
  words: ({ digits }) => ({
    title: `x + y, ${digits} digit${digits === 1 ? '' : 's'} each`,
    examples: 'sums',
    parts: 'digits',
    answers: { count: 12, words: '12 tokens' },
    patterns:
      'The last rows write the sum; two slanted lines mean that a digit is made from the two above it.',
  }),
  exampleText: ({ digits }, { text, answers }) =>
    `${text(0, digits)} + ${text(digits + 1, 2 * digits + 1)} → ${answers.join('')}`,
  sampler: ({ digits }) => sampler(digits),
  presets: [
    preset(
      'digit-addition',
      '5-digit addition on ever new sums: the digits of the sum are learned one after another, each a small phase change.',
      recipe(task, published),
    ),
    preset(
      'digit-addition-finite',
      '5-digit addition on 700 fixed sums: memorised first (published: step 704) and understood much later (step 11,386).',
      recipe(task, published, drawnOnce(700), { training: { batchSize: 'full' } }),
    ),
  ],
});

function sampler(n: number): SampledTask {
  const first = 2 * n + 1;
  return {
    kind: 'digitAddition',
    teaches: TEACHES,
    dVocab: 12,
    dVocabOut: 12,
    nCtx: 3 * n + 3,
    nScored: n + 1,
    positionsVary: false,
    vocabulary: [...'0123456789', '+', '='],
    fixedPositions: Int32Array.from({ length: n + 1 }, (_, at) => first + at),
    nPlaces: 0,
    answers: Int32Array.from({ length: 10 }, (_, digit) => digit),
    draw: (random, { tokens, labels }) => {
      for (let at = 0; at < n; at++) tokens[at] = random.nextBelow(10);
      for (let at = 0; at < n; at++) tokens[n + 1 + at] = random.nextBelow(10);
      tokens[n] = PLUS;
      tokens[first] = EQUALS;
      let carry = 0;
      for (let at = n - 1; at >= 0; at--) {
        const sum = tokens[at]! + tokens[n + 1 + at]! + carry;
        labels[at + 1] = sum % 10;
        carry = Math.floor(sum / 10);
      }
      labels[0] = carry;
      tokens.set(labels, first + 1);
    },
    structureOf: () => ({ kind: 'digits', digits: n }),
  };
}
