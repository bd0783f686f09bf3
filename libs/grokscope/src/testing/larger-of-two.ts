import { integer, withDefault } from '@grokscope/schema';
import { pairTask, preset, recipe } from '@grokscope/tasks';
import { right } from 'fp-ts/lib/Either.js';

/** The larger of two numbers: a task that is not built in, complete in this file like any task in its own. */
export const largerOfTwo = pairTask({
  kind: 'largerOfTwo',
  teaches: 'the larger of two numbers: an order among tokens whose names do not tell it',
  parameters: { n: withDefault(integer(2, 100), 7, 'numbers, an integer from 2 to 100') },
  exampleCount: ({ n }) => n * n,
  words: ({ n }) => ({
    title: `the larger of two numbers below ${n}`,
    examples: 'pairs',
    answers: { count: n, words: `${n} answers` },
    sign: 'or',
  }),
  pairs: ({ n }) => right({ n, firstB: 0, answer: Math.max }),
  presets: [
    preset(
      'larger',
      'The larger of two of 11 numbers, on a small network.',
      recipe(
        { kind: 'largerOfTwo', n: 11 },
        {
          model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 24 },
          training: { steps: 20 },
          observe: { metricsEvery: 10, progressEvery: 10, checkpointEvery: 10 },
        },
      ),
    ),
  ],
});
