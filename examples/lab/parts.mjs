// Parts of your own: a task, a model, an optimizer, a loss, a measure and a sink. Keep those you need; a file of parts
// is any module that exports results of `define…` functions.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defineLoss,
  defineMeasure,
  defineModel,
  defineOptimizer,
  defineSink,
  defineTask,
  integer,
  numberAbove,
  ops,
  parameter,
  withDefault,
} from 'grokscope';
import { concatMap, filter } from 'rxjs';

/** A task, defined by its answers to all pairs (a, b) of n things. Instead, it may have a `table` or a `sampler`. */
export const greater = defineTask({
  kind: 'greater',
  parameters: { n: integer(2, 200) },
  teaches: 'The network learns which of two numbers is greater.',
  words: ({ n }) => ({
    title: `max(a, b) of numbers below ${n}`,
    examples: 'pairs',
    sign: 'or',
    answers: { count: n, words: `the ${n} numbers` },
  }),
  pairs: ({ n }) => ({ n, answer: (a, b) => Math.max(a, b) }),
  // A preset is a run worth watching: `grokscope run greater --use parts.mjs`, and a button on the page.
  presets: [
    {
      name: 'greater',
      teaches: 'Half of all pairs below 31 are known by heart within 200 steps.',
      spec: {
        name: 'greater',
        task: { kind: 'greater', n: 31 },
        data: { trainFraction: 0.5 },
        model: { kind: 'bagOfTokens' },
        optimizer: { kind: 'averaged', lr: 0.5 },
        training: { steps: 2000, loss: 'squaredCrossEntropy' },
        observe: { metricsEvery: 50, progressEvery: 100, checkpointEvery: 500 },
      },
    },
  ],
});

/**
 * A model: its tensors, and its forward pass composed of ops on [rows, columns]. Here the embeddings of an example's
 * tokens, `width` numbers each, are summed and mapped to the answers; gradients are derived automatically.
 */
export const bagOfTokens = defineModel({
  kind: 'bagOfTokens',
  parameters: { width: withDefault(integer(1), 16) },
  tensors: ({ width }, { dVocab, dVocabOut }) => [
    parameter('embed.W_E', [dVocab, width], 1 / Math.sqrt(width)),
    parameter('unembed.W_U', [width, dVocabOut], 1 / Math.sqrt(width)),
  ],
  forward: (_, { graph, task, batch, weight, note }) => {
    const { nExamples, tokens } = batch;
    const index = tokens instanceof Int32Array ? graph.constant(tokens) : tokens;
    const embedded = note('hook_embed', ops.gather(weight('embed.W_E'), index));
    const exampleOf = Int32Array.from({ length: nExamples * task.nCtx }, (_row, i) =>
      Math.floor(i / task.nCtx),
    );
    const bags = ops.scatterAdd(embedded, graph.constant(exampleOf), nExamples);
    return ops.matmul(ops.relu(bags), weight('unembed.W_U'));
  },
});

/** An optimizer: a ← a + blend·(g − a); w ← w − lr·a. Its state between steps is part of every checkpoint. */
export const averaged = defineOptimizer({
  kind: 'averaged',
  parameters: { blend: numberAbove(0) },
  defaults: () => ({ blend: 0.1 }),
  states: (name) => [`${name}.average`],
  numbers: ({ lr, blend }, { factor }) => [lr * factor, blend],
  rule:
    ({ graph, number }) =>
    ({ name, parameter: w, gradient }) => {
      const average = graph.state(`${name}.average`, w.shape);
      const change = ops.multiplyScalar(ops.add(gradient, ops.scale(average, -1)), number(1));
      const next = ops.add(average, change);
      const moved = ops.add(w, ops.scale(ops.multiplyScalar(next, number(0)), -1));
      return [ops.assign(w, moved), ops.assign(average, next)];
    },
});

/** A loss for each scored position: the squared cross-entropy, which emphasises the worst errors. */
export const squaredCrossEntropy = defineLoss({
  kind: 'squaredCrossEntropy',
  title: 'squared cross-entropy',
  apply: (logits, labels) => {
    const loss = ops.crossEntropy(logits, labels);
    return ops.multiply(loss, loss);
  },
});

/** A measure: stored, exported and drawn on the page like the built-in ones. */
export const embeddingNorm = defineMeasure({
  name: 'embeddingNorm',
  title: 'Norm of the embedding',
  formula: '√Σ W_E²',
  range: [0, null],
  of: ({ weight }) => Math.hypot(...weight('embed.W_E')),
});

/** A sink: receives the items of every run, and writes one line for each run that ends. */
export const diary = defineSink({
  name: 'diary',
  consume: (items$, { runId, folder }) =>
    items$.pipe(
      filter(({ type }) => type === 'ended'),
      concatMap(({ reason, step }) =>
        appendFile(join(folder, '..', 'diary.txt'), `${runId}: ${reason} after ${step} steps\n`),
      ),
    ),
});
