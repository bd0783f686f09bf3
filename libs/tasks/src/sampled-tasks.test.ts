import type { DataSpec, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { createDataset, HELD_OUT, TRAIN_SAMPLE } from './index.js';
import type { Dataset, ExampleRows } from './index.js';

const infinite: DataSpec = { infinite: true, splitSeed: 3, split: 'native' };
const finite = (trainExamples: number): DataSpec => ({ trainExamples, splitSeed: 3, split: 'native' });

const addition: TaskSpec = { kind: 'digitAddition', digits: 5 };
const repeats: TaskSpec = {
  kind: 'repeatedSubsequence',
  length: 85,
  subsequence: 16,
  repeats: 3,
  vocabulary: 128,
};
const trigram: TaskSpec = { kind: 'skipTrigram', length: 9, markers: 5, vocabulary: 17 };
const TASKS = [addition, repeats, trigram].map((task) => [task.kind, task] as const);

function dataset(task: TaskSpec, data: DataSpec = infinite): Dataset {
  const result = createDataset(task, data);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
}

const keysOf = ({ nCtx }: Dataset, { tokens }: ExampleRows): string[] =>
  Array.from({ length: tokens.length / nCtx }, (_, i) => tokens.subarray(i * nCtx, (i + 1) * nCtx).join());

describe.each(TASKS)('%s', (_, task) => {
  it('draws example i from the seed and i alone, however the stream is cut into batches', () => {
    const { stream } = dataset(task);
    const whole = stream!(40, 24);
    const [first, rest] = [stream!(40, 10), dataset(task).stream!(50, 14)];
    for (const key of ['tokens', 'labels'] as const)
      expect([...first[key], ...rest[key]]).toEqual([...whole[key]]);
    expect(dataset(task, { ...infinite, splitSeed: 4 }).stream!(40, 24).tokens).not.toEqual(whole.tokens);
  });

  it('keeps the first examples of the stream to measure training, and holds others out', () => {
    const data = dataset(task);
    expect([data.trainIndices.length, data.testIndices.length]).toEqual([TRAIN_SAMPLE, HELD_OUT]);
    const kept = keysOf(data, data);
    expect(kept.slice(0, TRAIN_SAMPLE)).toEqual(keysOf(data, data.stream!(0, TRAIN_SAMPLE)));
    const heldOut = new Set(kept.slice(TRAIN_SAMPLE));
    expect(heldOut.size).toBe(HELD_OUT);
    expect(keysOf(data, data.stream!(0, 5000)).filter((key) => heldOut.has(key))).toEqual([]);
  });

  it('gives a fixed number of different examples, none of them held out', () => {
    const data = dataset(task, finite(300));
    expect(data.stream).toBeUndefined();
    expect(data.nExamples).toBe(300 + HELD_OUT);
    expect(new Set(keysOf(data, data)).size).toBe(300 + HELD_OUT);
    expect([...data.trainIndices, ...data.testIndices]).toEqual(
      Array.from({ length: data.nExamples }, (__, i) => i),
    );
  });

  it('makes the labels of its share of training examples wrong under label noise', () => {
    const [clean, noisy] = [dataset(task), dataset(task, { ...infinite, labelNoise: 0.3 })];
    const [a, b] = [clean.stream!(0, 600), noisy.stream!(0, 600)];
    const wrong = [...a.labels].filter((label, i) => label !== b.labels[i]).length / a.labels.length;
    expect(wrong).toBeGreaterThan(0.25);
    expect(wrong).toBeLessThan(0.35);
  });
});

describe('digit addition', () => {
  it('is the published form: 18 tokens of 12, the 6 digits of the sum scored', () => {
    const data = dataset(addition);
    expect(data).toMatchObject({ nCtx: 18, dVocab: 12, nScored: 6, positionsVary: false });
    expect([...data.scoredPositions]).toEqual([11, 12, 13, 14, 15, 16]);
    expect(data.vocabulary.join('')).toBe('0123456789+=');
  });

  it.each([1, 2, 5, 15])('adds numbers of %i digits right, and shows the sum after "="', (digits) => {
    const data = dataset({ kind: 'digitAddition', digits });
    for (let i = 0; i < 60; i++) {
      const text = [...data.tokens.subarray(i * data.nCtx, (i + 1) * data.nCtx)]
        .map((token) => data.vocabulary[token])
        .join('');
      const [, x, y, z] = /^(\d+)\+(\d+)=(\d+)$/.exec(text)!;
      expect(z).toBe(String(BigInt(x!) + BigInt(y!)).padStart(digits + 1, '0'));
      expect([...data.labels.subarray(i * data.nScored, (i + 1) * data.nScored)].join('')).toBe(z);
    }
  });

  it('holds out at most a fifth of the few sums that small numbers have', () => {
    const data = dataset({ kind: 'digitAddition', digits: 1 });
    expect(data.testIndices).toHaveLength(20);
    expect(new Set(keysOf(data, data.stream!(0, 3000))).size).toBe(80);
    const all = dataset({ kind: 'digitAddition', digits: 1 }, finite(99));
    expect(new Set(keysOf(all, all)).size).toBe(100);
  });
});

describe('repeated subsequences', () => {
  it('begin with token 0 and hold one subsequence in each interval, scored where it can be known', () => {
    const data = dataset(repeats);
    if (data.structure?.kind !== 'repeats') throw new Error('no structure');
    expect(data).toMatchObject({ nCtx: 85, nScored: 30, positionsVary: true });
    for (let e = 0; e < 100; e++) {
      const tokens = [...data.tokens.subarray(85 * e, 85 * e + 85)];
      expect(tokens.map((token) => token === 0)).toEqual(tokens.map((_, at) => at === 0));
      const starts = [...data.structure.starts.subarray(3 * e, 3 * e + 3)];
      starts.forEach((start, repeat) => {
        expect(start).toBeGreaterThanOrEqual(1 + 28 * repeat);
        expect(start + 16).toBeLessThanOrEqual(1 + 28 * (repeat + 1));
        expect(tokens.slice(start, start + 16)).toEqual(tokens.slice(starts[0], starts[0]! + 16));
      });
      const scored = [...data.scoredPositions.subarray(30 * e, 30 * e + 30)];
      const wanted = starts.slice(1).flatMap((start) => Array.from({ length: 15 }, (_, at) => start + at));
      expect(scored).toEqual(wanted);
      expect([...data.labels.subarray(30 * e, 30 * e + 30)]).toEqual(scored.map((at) => tokens[at + 1]));
    }
  });
});

describe('skip trigrams', () => {
  it('hold one marker, whose successor is wanted after the trigger at the end', () => {
    const data = dataset(trigram);
    if (data.structure?.kind !== 'skipTrigram') throw new Error('no structure');
    const { markerPositions } = data.structure;
    for (let e = 0; e < 200; e++) {
      const tokens = [...data.tokens.subarray(9 * e, 9 * e + 9)];
      const markers = tokens.filter((token) => token < 5);
      expect(markers).toHaveLength(1);
      expect(tokens[markerPositions[e]!]).toBe(markers[0]);
      expect(tokens[8]).toBe(16);
      expect(data.labels[e]).toBe(5 + markers[0]!);
    }
    expect([...data.scoredPositions]).toEqual([8]);
    expect(data.vocabulary.join(' ')).toBe('A1 A2 A3 A4 A5 C1 C2 C3 C4 C5 x1 x2 x3 x4 x5 x6 B');
  });

  it('says so when there are not as many different ones as are wanted', () => {
    // 2 markers at 1 place before the trigger: 2 sequences.
    const tiny: TaskSpec = { kind: 'skipTrigram', length: 2, markers: 2, vocabulary: 5 };
    expect(createDataset(tiny, finite(3))).toMatchObject(
      E.left({ _tag: 'TooFewExamples', path: 'data.trainExamples', wanted: 3, found: 1 }),
    );
  });
});
