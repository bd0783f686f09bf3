import { createDataset, type Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../analyze/subject.js';
import { accuracyByAnswer } from './accuracy-by-answer.js';
import { attentionEntropy } from './attention-entropy.js';
import { deadNeurons } from './dead-neurons.js';
import { distanceIrrelevance } from './distance-irrelevance.js';
import { effectiveRank } from './effective-rank.js';
import { frequencyHistory } from './frequency-history.js';
import { gradientNorm } from './gradient-norm.js';
import type { Look } from './measure.js';
import { neurons } from './neurons.js';
import { participationRatio } from './participation-ratio.js';
import { rightSince } from './right-since.js';
import { SharedLook } from './shared-look.js';
import { softmaxCollapse } from './softmax-collapse.js';

const tensor = (name: string, shape: readonly number[], values: readonly number[]) => ({
  name,
  shape,
  data: Float32Array.from(values),
});

/** Addition mod 5 with 10 of 25 pairs trained on. */
const dataset = ((): Dataset => {
  const made = createDataset(
    { kind: 'modularAddition', p: 5 },
    { trainExamples: 10, splitSeed: 0, split: 'native' },
  );
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
})();
const model = {
  nLayers: 1,
  dModel: 4,
  nHeads: 2,
  dHead: 2,
  dMlp: 3,
  actFn: 'relu',
  normalization: 'none',
  initScale: 1,
  seed: 0,
};
const subject = subjectOf(model, dataset);
const lookAt = (more: object): Look => ({
  ...subject,
  weights: [],
  weight: never,
  activation: never,
  ...more,
});
const never = (): never => {
  throw new Error('not asked for');
};
/** [25, 6] logits by pair and output. */
const logitsOf = (of: (a: number, b: number, c: number) => number): Float32Array =>
  Float32Array.from({ length: 25 * 6 }, (_, at) => {
    const pair = Math.floor(at / 6);
    return of(Math.floor(pair / 5), pair % 5, at % 6);
  });

describe('the rank of matrices', () => {
  const look = lookAt({
    weights: [
      tensor('even', [2, 3], [3, 0, 0, 0, 3, 0]),
      tensor('line', [3, 2], [1, 2, 2, 4, 3, 6]),
      tensor('heads', [2, 2, 2], [1, 0, 0, 0, 2, 0, 0, 1]),
      tensor('zero', [2, 2], [0, 0, 0, 0]),
      tensor('blocks.0.attn.b_Q', [2, 2], [1, 2, 3, 4]),
      tensor('blocks.0.mlp.b_in', [4], [1, 2, 3, 4]),
    ],
  });

  it('is two where two directions count alike, one of a line, and taken head by head', () => {
    const ranks = effectiveRank.of(look);
    expect(Object.keys(ranks)).toEqual(['even', 'line', 'heads.0', 'heads.1', 'zero']);
    expect(ranks['even']).toBeCloseTo(2, 12);
    // A product of the matrix with itself leaves 1e-8 of the largest singular value.
    expect(ranks['line']).toBeCloseTo(1, 6);
    expect(ranks['heads.0']).toBe(1);
    const entropy = (2 / 3) * Math.log(3 / 2) + (1 / 3) * Math.log(3);
    expect(ranks['heads.1']).toBeCloseTo(Math.exp(entropy), 12);
    expect(ranks['zero']).toBe(0);
  });

  it('counts small directions less as a participation ratio', () => {
    const ratios = participationRatio.of(look);
    expect(ratios['even']).toBeCloseTo(2, 12);
    expect(ratios['heads.1']).toBeCloseTo(25 / 17, 12);
    expect(ratios['zero']).toBe(0);
  });
});

describe('the collapse of the softmax', () => {
  const shareWith = (others: readonly number[]): number | undefined => {
    const logits = logitsOf((a, b, c) => (c === (a + b) % 5 ? 0 : (others[(c + 10 - a - b) % 5] ?? -500)));
    return softmaxCollapse.of(lookAt({ logits }));
  };

  it('is where float32 loses all other answers beside the right one', () => {
    expect(Math.fround(1 + Math.exp(-17))).toBe(1);
    expect(shareWith([0, -17])).toBe(1);
    expect(Math.fround(1 + Math.exp(-16.5))).toBeGreaterThan(1);
    expect(shareWith([0, -16.5])).toBe(0);
    // Two together are no longer lost.
    expect(Math.fround(1 + 2 * Math.exp(-17))).toBeGreaterThan(1);
    expect(shareWith([0, -17, -17])).toBe(0);
    expect(shareWith([0, 40])).toBe(0);
  });

  it('is the share of the training examples, and does not count "="', () => {
    const [first] = dataset.trainIndices;
    const logits = logitsOf((a, b, c) => {
      if (c === 5) return 100;
      const isLost = a * 5 + b === first || !dataset.trainIndices.includes(a * 5 + b);
      return c === (a + b) % 5 ? 0 : isLost ? -40 : -1;
    });
    expect(softmaxCollapse.of(lookAt({ logits }))).toBeCloseTo(0.1, 12);
  });
});

describe('the irrelevance of distance', () => {
  const of = (right: (a: number, b: number) => number): number | undefined =>
    distanceIrrelevance.of(
      lookAt({ logits: logitsOf((a, b, c) => (c === (a + b) % 5 ? right(a, b) : 1000)) }),
    );

  it('is 0 where the right logit follows the distance alone, 1 where distances are all alike', () => {
    expect(of((a, b) => Math.abs(Math.cos((Math.PI * 2 * (a - b)) / 5)))).toBeLessThan(1e-7);
    expect(of((a, b) => [4, 1, 7, 0, 2][(a + b) % 5]!)).toBeCloseTo(1, 12);
  });

  it('is the mean of the spreads over the spread', () => {
    // Within distance 0 the five values are 0 … 4, all else is 0.
    const within = Math.sqrt(2) / 5;
    const all = Math.sqrt(30 / 25 - (10 / 25) ** 2);
    expect(of((a, b) => (a === b ? a : 0))).toBeCloseTo(within / all, 6);
  });
});

it('the norm of the gradient is that of all tensors together, and of each', () => {
  const gradients = [tensor('a', [2], [3, 0]), tensor('b', [1], [-4])];
  expect(gradientNorm.of(lookAt({ gradients }))).toEqual({ total: 5, byTensor: { a: 3, b: 4 } });
});

it('the entropy of attention is that of shares, by head, where an answer is asked for', () => {
  const heads = [
    [0, 1, 0],
    [0.2, 0.2, 0.2],
  ].flat();
  // Rows of other positions do not count.
  const rows = Array.from({ length: 75 }, (_, row) => (row % 3 === 2 ? heads : [0.5, 0.5, 0, 1, 0, 0]));
  const activation = (): Float32Array => Float32Array.from(rows.flat());
  const found = attentionEntropy.of(lookAt({ activation }));
  expect(Object.keys(found)).toEqual(['L0H0', 'L0H1']);
  expect(found['L0H0']).toBe(0);
  expect(found['L0H1']).toBeCloseTo(Math.log(3), 12);
});

describe('dead and saturated neurons', () => {
  const rowsOf = (of: (row: number) => readonly number[], count: number) => (): Float32Array =>
    Float32Array.from(Array.from({ length: count }, (_, row) => of(row)).flat());

  it('are those that never vary and those that are always on, where an answer is asked for', () => {
    const isRead = (row: number): boolean => row % 3 === 2;
    const activation = rowsOf((row) => [isRead(row) ? 0 : row, isRead(row) ? 1 + row : 0, row % 2], 75);
    expect(deadNeurons.of(lookAt({ activation }))).toEqual({ dead: 1, saturated: 1, of: 3 });
  });

  it('of an MLP have a row for each example; of a nonlinearity without a flat side none is saturated', () => {
    const mlp = {
      kind: 'mlp',
      input: 'oneHot',
      dEmbed: 1,
      sharedEmbedding: false,
      combine: 'concatenate',
      hidden: [2, 3],
      biases: 'none',
      actFn: 'tanh',
      initScale: 1,
      seed: 0,
    };
    const layers: Readonly<Record<string, () => Float32Array>> = {
      'mlp.0.hook_post': rowsOf((row) => [-1, row % 2], 25),
      'mlp.1.hook_post': rowsOf((row) => [row === 3 ? 0.999 : 1, -0.999 - row / 1e5, 0.5], 25),
    };
    const look = (actFn: string): Look =>
      lookAt({ ...subjectOf({ ...mlp, actFn }, dataset), activation: (name: string) => layers[name]!() });
    expect(deadNeurons.of(look('tanh'))).toEqual({ dead: 2, saturated: 2, of: 5 });
    expect(deadNeurons.of(look('square'))).toEqual({ dead: 2, of: 5 });
  });
});

it('accuracy by answer is of the examples with that answer, trained on and not', () => {
  // Right where the answer is 0 or the first number 4.
  const isRight = (a: number, b: number): boolean => (a + b) % 5 === 0 || a === 4;
  const logits = logitsOf((a, b, c) => (c === (a + b + (isRight(a, b) ? 0 : 1)) % 5 ? 1 : 0));
  const found = accuracyByAnswer.of(lookAt({ logits }))!;
  for (const set of ['train', 'test'] as const) {
    const examples = set === 'train' ? dataset.trainIndices : dataset.testIndices;
    for (let c = 0; c < 5; c++) {
      const those = Array.from(examples).filter((e) => dataset.labels[e] === c);
      const right = those.filter((e) => isRight(Math.floor(e / 5), e % 5)).length;
      expect(found[set][String(c)], `${set} ${c}`).toBe(
        those.length === 0 ? undefined : right / those.length,
      );
    }
  }
});

describe('what follows from the look before', () => {
  it('is since when an example is right: a break begins it anew', () => {
    const logits = (wrong: readonly number[]): Float32Array =>
      logitsOf((a, b, c) => (c === (a + b + (wrong.includes(a * 5 + b) ? 1 : 0)) % 5 ? 1 : 0));
    let before: Look['before'];
    const told = [[0, 1, 2], [1, 2], [0, 1], [1]].map((wrong, i) => {
      const rightSinceNow = rightSince.of(
        lookAt({ logits: logits(wrong), step: 10 * i, ...(before ? { before } : {}) }),
      )!;
      // As an event holds it.
      before = JSON.parse(JSON.stringify({ rightSince: rightSinceNow })) as Look['before'];
      return rightSinceNow;
    });
    expect(told.map(({ steps }) => steps.slice(0, 4))).toEqual([
      [-1, -1, -1, 0],
      [10, -1, -1, 0],
      [-1, -1, 20, 0],
      [30, -1, 20, 0],
    ]);
    expect(told.map(({ forgotten }) => forgotten)).toEqual([0, 0, 1, 0]);
    expect(told.at(-1)!.share).toBe(24 / 25);
    expect(rightSince.of(lookAt({ logits: logits([]) }))).toBeUndefined();
  });

  it('is which frequencies rose and died: one that comes back has not', () => {
    let before: Look['before'];
    const told = [[], [1], [1, 2], [2], [], [1]].map((used, i) => {
      const now = frequencyHistory.of(
        lookAt({ keyFrequencies: { used }, step: i, ...(before ? { before } : {}) }),
      );
      before = now && { frequencyHistory: now };
      return now;
    });
    expect(told[0]).toBeUndefined();
    expect(told[2]).toEqual({ alive: 2, died: 0, byFrequency: { 1: { rose: 1 }, 2: { rose: 2 } } });
    expect(told[3]).toEqual({ alive: 1, died: 1, byFrequency: { 1: { rose: 1, died: 3 }, 2: { rose: 2 } } });
    // While none stands out nothing is said anew.
    expect(told[4]).toEqual(told[3]);
    expect(told[5]).toEqual({ alive: 1, died: 1, byFrequency: { 1: { rose: 1 }, 2: { rose: 2, died: 5 } } });
  });
});

it('neurons of an MLP are counted by the frequency that each follows', () => {
  const mlp = { kind: 'mlp', input: 'oneHot', dEmbed: 1, combine: 'add', hidden: [3], biases: 'none' };
  const ofMlp = subjectOf(
    { ...mlp, sharedEmbedding: false, actFn: 'square', initScale: 1, seed: 0 },
    dataset,
  );
  const wave = (k: number, x: number): number => Math.cos((2 * Math.PI * k * x) / 5);
  const activations = {
    'mlp.hook_post': Float32Array.from(
      Array.from({ length: 25 }, (_, e) => {
        const [a, b] = [Math.floor(e / 5), e % 5];
        return [wave(1, a) * wave(1, b), wave(2, a) + wave(2, b), a === 2 && b === 3 ? 1 : 0];
      }).flat(),
    ),
  };
  const none = (): undefined => undefined;
  const look = new SharedLook(ofMlp, [], { activations, hasMap: false, keysOf: none });
  expect(neurons.of(look)).toEqual({ assigned: 2, byFrequency: { 1: 1, 2: 1 } });
});
