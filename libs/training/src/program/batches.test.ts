import { createReferenceEngine } from '@grokscope/engine';
import { initialWeights, parameters } from '@grokscope/model';
import { runSpecDefaults, type DataSpec, type ModelSpec, type TaskSpec } from '@grokscope/schema';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { batchesOf, epochRow } from './batches.js';
import { buildEvaluation, LOSS } from './evaluation.js';
import { evaluateAll, summarize } from '../metrics.js';
import { writeWeights } from '../snapshot.js';

const model: ModelSpec = { ...runSpecDefaults.model, dModel: 6, nHeads: 2, dHead: 3, dMlp: 5 };
const { training } = { training: { ...runSpecDefaults.training } };

function dataset(task: TaskSpec, data: DataSpec): Dataset {
  const made = createDataset(task, data);
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
}

const addition: TaskSpec = { kind: 'modularAddition', p: 7 };
const split: DataSpec = { trainFraction: 0.6, splitSeed: 2, split: 'native' };
const repeats: TaskSpec = {
  kind: 'repeatedSubsequence',
  length: 11,
  subsequence: 3,
  repeats: 2,
  vocabulary: 9,
};
const infinite: DataSpec = { infinite: true, splitSeed: 2, split: 'native' };

const batches = (batchSize: number, data: DataSpec, of: Dataset) =>
  batchesOf({ data, training: { ...runSpecDefaults.training, batchSize } }, of);

describe('mini-batches of a finite set', () => {
  const indices = Int32Array.of(5, 3, 8, 1, 9);

  it('take every example once an epoch, in an order of its own each time', () => {
    const row = epochRow(indices, 1);
    const epochs = [0, 1, 2].map((epoch) => [...row(5 * epoch, 5)]);
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([...indices].sort());
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  it('are a function of the seed and the step alone: a batch may span two epochs', () => {
    const row = epochRow(indices, 1);
    const whole = [...row(0, 20)];
    expect([...epochRow(indices, 1)(12, 6)]).toEqual(whole.slice(12, 18));
    expect([...row(3, 4)]).toEqual(whole.slice(3, 7));
    expect([...epochRow(indices, 2)(0, 20)]).not.toEqual(whole);
  });

  it('feed the tokens and labels of training examples only', () => {
    const data = dataset(addition, split);
    const seen = new Set(
      [...data.trainIndices].map((i) => [...data.tokens.subarray(3 * i, 3 * i + 2)].join()),
    );
    const { feedAt, batchSize } = batches(4, split, data);
    expect(batchSize).toBe(4);
    for (let step = 0; step < 20; step++) {
      const { 'batch.tokens': tokens, 'batch.labels': labels } = feedAt(step) as Record<string, Int32Array>;
      for (let e = 0; e < 4; e++) {
        const [a, b] = [tokens[3 * e], tokens[3 * e + 1]];
        expect(seen.has([a, b].join())).toBe(true);
        expect(labels[e]).toBe((a + b) % 7);
      }
    }
  });

  it('of infinite data are the stream, with each example’s own scored positions', () => {
    const data = dataset(repeats, infinite);
    const feed = batches(3, infinite, data).feedAt(5) as Record<string, Int32Array>;
    const rows = data.stream!(15, 3);
    expect(feed['batch.tokens']).toEqual(rows.tokens);
    expect(feed['batch.scoredPositions']).toEqual(rows.scoredPositions);
    const wanted = rows.scoredPositions.map((position, i) => 11 * Math.floor(i / 2) + position);
    // The token wanted after a scored position is the one that follows in the sequence.
    expect([...feed['batch.labels']]).toEqual([...wanted].map((row) => rows.tokens[row + 1]));
  });

  it('are empty for a full batch, whose examples are part of the program', () => {
    const data = dataset(addition, split);
    const full = batchesOf({ data: split, training: runSpecDefaults.training }, data);
    expect([full.batchSize, full.feedAt(7)]).toEqual([data.trainIndices.length, {}]);
  });
});

describe('measuring in chunks', () => {
  it.each([
    ['a table', dataset(addition, split), 4000],
    [
      'sequences with scored positions of their own',
      dataset(repeats, { ...infinite, splitSeed: 4 }),
      300_000,
    ],
  ])('gives what measuring at once gives: %s', async (_, data, chunk) => {
    const infos = parameters(model, data);
    const whole = buildEvaluation({ model, training }, data, infos, [], { insides: { logits: true } });
    // Chunks that do not divide the number of examples: the last one is padded.
    const chunked = buildEvaluation({ model, training }, data, infos, [], {
      limits: { whole: 1, chunk },
      insides: { logits: true },
    });
    expect(whole.feeds).toEqual([{}]);
    expect(chunked.feeds.length).toBeGreaterThan(2);
    expect(chunked.feeds.length * chunked.chunk).toBeGreaterThanOrEqual(data.nExamples);
    const measured = await Promise.all(
      [whole, chunked].map(async (evaluation) => {
        const program = await createReferenceEngine().compile({ evaluate: evaluation.function });
        writeWeights(program, infos, initialWeights(model, data));
        return evaluateAll(program, 'evaluate', evaluation, data);
      }),
    );
    expect(measured[1]).toEqual(measured[0]);
    expect(measured[1].logits.length).toBe(data.nExamples * data.nScored * data.dVocabOut);
  });

  it('tells the test loss of each scored token apart', () => {
    const data = dataset(repeats, { trainExamples: 2, splitSeed: 0, split: 'native' });
    const losses = Float64Array.from({ length: data.nExamples * 2 }, (_, i) => (i % 2 === 0 ? 1 : 3));
    const outputs = { [LOSS]: losses, correct: losses.map(() => 1) };
    const { testLoss, testLossByToken } = summarize(outputs, data, []);
    expect(testLossByToken).toEqual([1, 3]);
    expect(testLoss).toBe(2);
  });
});
