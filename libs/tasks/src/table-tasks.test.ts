import type { DataSpec, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { createDataset } from './index.js';
import type { Dataset } from './index.js';

const half: DataSpec = { trainFraction: 0.5, splitSeed: 0, split: 'native' };

function dataset(task: TaskSpec, data: DataSpec = half): Dataset {
  const result = createDataset(task, data);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
}

/** An example in readable form. */
const read = ({ tokens, nCtx, vocabulary }: Dataset, i: number): string =>
  [...tokens.subarray(i * nCtx, (i + 1) * nCtx)].map((token) => vocabulary[token]).join(' ');

/** Checks e(answer) = e(a) ± e(b) for every example whose tokens are members; returns how many there were. */
function checkCyclic({ structure, tokens, labels, nExamples }: Dataset): number {
  if (structure?.kind !== 'cyclic') throw new Error('no cyclic structure');
  const { order, elementOf, secondSign } = structure;
  let checked = 0;
  for (let i = 0; i < nExamples; i++) {
    const [a, b, answer] = [tokens[3 * i]!, tokens[3 * i + 1]!, labels[i]!].map((token) => elementOf[token]!);
    if (a! < 0 || b! < 0) continue;
    if (answer !== (a! + secondSign * b! + order) % order) throw new Error(`example ${i} is no sum`);
    checked++;
  }
  return checked;
}

describe('the structure of tasks on pairs', () => {
  it.each([2, 3, 7, 31])('makes all four operations sums in a cyclic group, p = %i', (p) => {
    expect(checkCyclic(dataset({ kind: 'modularAddition', p }))).toBe(p * p);
    expect(checkCyclic(dataset({ kind: 'modularSubtraction', p }))).toBe(p * p);
    expect(checkCyclic(dataset({ kind: 'modularMultiplication', p }))).toBe((p - 1) ** 2);
    if (p > 2) expect(checkCyclic(dataset({ kind: 'modularDivision', p }))).toBe((p - 1) ** 2);
  });

  it('is a bijection, with "=" and 0 apart where they are no members', () => {
    const { structure } = dataset({ kind: 'modularMultiplication', p: 11 });
    if (structure?.kind !== 'cyclic') throw new Error('no cyclic structure');
    expect(structure.order).toBe(10);
    expect([structure.elementOf[0], structure.elementOf[11]]).toEqual([-1, -1]);
    // 2 is the smallest generator mod 11: 2^3 = 8, 2^9 = 6.
    expect([1, 2, 8, 6].map((n) => structure.elementOf[n])).toEqual([0, 1, 3, 9]);
  });

  it('is not claimed where the group is not cyclic or nothing is known', () => {
    expect(dataset({ kind: 'modularMultiplication', p: 12 }).structure).toBeUndefined();
    expect(dataset({ kind: 'modularPolynomial', p: 7, expression: 'x*x' }).structure).toBeUndefined();
  });
});

describe('character addition', () => {
  const task = (vocabulary: number, valueSeed: number): TaskSpec => ({
    kind: 'characterAddition',
    vocabulary,
    valueSeed,
  });

  it.each([2, 3, 27, 113, 500])('adds hidden values, each of 0 … n−1 once, n = %i', (n) => {
    const data = dataset(task(n, 5));
    expect(checkCyclic(data)).toBe(n * n);
    expect(data).toMatchObject({ p: n, dVocab: n + 1, nCtx: 3, nScored: 1 });
    if (data.structure?.kind !== 'cyclic') throw new Error('no cyclic structure');
    const values = [...data.structure.elementOf.subarray(0, n)].sort((a, b) => a - b);
    expect(values).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it('reads as characters, all different', () => {
    const data = dataset(task(500, 0));
    expect(new Set(data.vocabulary).size).toBe(501);
    expect(read(data, 10 * 500 + 16)).toBe('k q =');
  });

  it('hides other values under another seed, and the same under the same', () => {
    expect(dataset(task(29, 1)).labels).toEqual(dataset(task(29, 1)).labels);
    expect(dataset(task(29, 1)).labels).not.toEqual(dataset(task(29, 2)).labels);
    // Never by accident the characters' own order.
    expect(dataset(task(29, 1)).labels).not.toEqual(dataset({ kind: 'modularAddition', p: 29 }).labels);
  });
});

describe('composition of permutations', () => {
  it.each([2, 3, 4])('applies the second first, S_%i', (n) => {
    const { tokens, labels, structure, nExamples, nCtx } = dataset({ kind: 'permutationComposition', n });
    if (structure?.kind !== 'permutations') throw new Error('no structure');
    const image = (token: number, i: number): number => structure.images[token * n + i]!;
    for (let e = 0; e < nExamples; e++)
      for (let i = 0; i < n; i++)
        expect(image(labels[e]!, i)).toBe(image(tokens[nCtx * e]!, image(tokens[nCtx * e + 1]!, i)));
  });

  it('has 14,400 pairs for S_5, in lexicographic order of images', () => {
    const data = dataset({ kind: 'permutationComposition', n: 5 });
    expect(data.nExamples).toBe(14400);
    expect([data.vocabulary[0], data.vocabulary[1], data.vocabulary[119]]).toEqual([
      '12345',
      '12354',
      '54321',
    ]);
    expect(data.p).toBeUndefined();
  });
});

describe('ROT13', () => {
  it('asks for each letter turned by 13, after the word and its turned beginning', () => {
    const data = dataset({ kind: 'rot13', letters: 3 });
    const i = (7 * 26 + 14) * 26 + 19; // "hot"
    expect(read(data, i)).toBe('h o t = u b');
    const wanted = [...data.labels.subarray(3 * i, 3 * i + 3)].map((token) => data.vocabulary[token]);
    expect(wanted.join('')).toBe('ubg');
    expect([...data.scoredPositions]).toEqual([3, 4, 5]);
    expect(data.nExamples).toBe(17576);
  });

  it('is its own inverse', () => {
    const { labels } = dataset({ kind: 'rot13', letters: 1 });
    expect([...labels].map((letter) => labels[letter])).toEqual(Array.from({ length: 26 }, (_, i) => i));
  });

  it('holds out words, not letters, where words have more than one', () => {
    const { tokens, trainIndices, nCtx } = dataset(
      { kind: 'rot13', letters: 2 },
      { ...half, trainFraction: 0.3 },
    );
    for (const at of [0, 1])
      expect(new Set([...trainIndices].map((i) => tokens[i * nCtx + at])).size).toBe(26);
  });
});

describe('label noise', () => {
  const task: TaskSpec = { kind: 'modularAddition', p: 13 };
  const changed = (a: Dataset, b: Dataset, indices: Int32Array): number =>
    [...indices].filter((i) => a.labels[i] !== b.labels[i]).length;

  it('replaces its share of training labels by other answers, and leaves test labels alone', () => {
    const [clean, noisy] = [dataset(task), dataset(task, { ...half, labelNoise: 0.25 })];
    expect(noisy.trainIndices).toEqual(clean.trainIndices);
    expect(changed(clean, noisy, clean.trainIndices)).toBe(Math.floor(0.25 * 84));
    expect(changed(clean, noisy, clean.testIndices)).toBe(0);
    expect(Math.max(...noisy.labels)).toBeLessThan(13);
    expect(dataset(task, { ...half, labelNoise: 0.25 }).labels).toEqual(noisy.labels);
  });
});
